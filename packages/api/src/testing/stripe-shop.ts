import type { QueueJob, QueueName } from '@cartwright/db';
import { querySql } from '@cartwright/db/testing';
import { type StripeSimulator, startStripeSimulator } from '@cartwright/simulators/stripe';
import Stripe from 'stripe';
import { receiveStripeEvent } from '../domains/payment/index.ts';
import { runJobs } from '../jobs/run-jobs.ts';
import { createTestClock, makeCtx, makeTestRuntime, type TestRuntime } from './index.ts';
import { openShop, type Shop } from './shop.ts';

export const WEBHOOK_SECRET = 'whsec_test';

export interface StripeShop {
  runtime: TestRuntime;
  simulator: StripeSimulator;
  shop: Shop;
  stripe: Stripe;
  /** Delivers every event of the simulator that `wanted` accepts, signed, and applies it as the worker would. */
  deliverEvents(wanted?: (event: Stripe.Event) => boolean): Promise<void>;
  /** Does every job that waits in the outbox, as the worker would. */
  tellOutbox(): Promise<void>;
  dispose(): Promise<void>;
}

/** A shop that is paid through the Stripe simulator; both live by the same clock. */
export async function openStripeShop(): Promise<StripeShop> {
  const clock = createTestClock();
  const simulator = await startStripeSimulator({ webhookSecret: WEBHOOK_SECRET, now: () => clock.now().getTime() });
  const runtime = await makeTestRuntime({
    clock,
    env: {
      STRIPE_SECRET_KEY: 'sk_test_simulator',
      STRIPE_WEBHOOK_SECRET: WEBHOOK_SECRET,
      STRIPE_API_BASE: simulator.url,
      STRIPE_SIMULATOR: '1',
    },
  });
  const shop = await openShop(runtime);
  const { hostname: host, port } = new URL(simulator.url);
  const stripe = new Stripe('sk_test_simulator', { host, port, protocol: 'http', telemetry: false });
  return {
    runtime,
    simulator,
    shop,
    stripe,
    async deliverEvents(wanted = () => true) {
      for (const event of simulator.ledger.events() as unknown as Stripe.Event[]) {
        if (!wanted(event)) continue;
        const payload = JSON.stringify(event);
        const timestamp = Math.floor(clock.now().getTime() / 1000);
        const signature = stripe.webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET, timestamp });
        await receiveStripeEvent(makeCtx(runtime), { body: Buffer.from(payload), signature });
        const data = { provider: 'stripe', eventId: event.id };
        await doJobs(runtime, 'payment.event_received', [{ id: event.id, data }]);
      }
    },
    async tellOutbox() {
      // A told fact may announce another one.
      for (let rows = await undelivered(runtime); rows.length > 0; rows = await undelivered(runtime)) {
        for (const { id, topic } of rows) await doJobs(runtime, topic, [{ id, data: { outboxId: id } }]);
      }
    },
    async dispose() {
      await runtime.dispose();
      await simulator.close();
    },
  };
}

/** Does jobs as the worker would, but throws where one fails. */
export async function doJobs(runtime: TestRuntime, name: QueueName, jobs: QueueJob[]): Promise<void> {
  const [failure] = await runJobs(runtime, name, jobs);
  if (failure) throw failure.error;
}

async function undelivered(runtime: TestRuntime): Promise<{ id: string; topic: QueueName }[]> {
  return query(runtime, 'select id, topic from outbox where delivered_at is null order by created_at, id');
}

/** Rows straight from the tables, for assertions that must not trust our own reads. */
export function query<Row extends object>(runtime: TestRuntime, text: string, values: unknown[] = []): Promise<Row[]> {
  return querySql<Row>(runtime.databaseUrl, text, values);
}
