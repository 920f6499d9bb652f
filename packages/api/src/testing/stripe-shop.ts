import { type StripeSimulator, startStripeSimulator } from '@cartwright/simulators/stripe';
import Stripe from 'stripe';
import { receiveStripeEvent } from '../domains/payment/index.ts';
import { createTestClock, makeCtx, makeTestRuntime, type TestRuntime } from './index.ts';
import { openShop, type Shop } from './shop.ts';
import { doJobs, tellOutbox } from './tell-outbox.ts';

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
    tellOutbox: () => tellOutbox(runtime),
    async dispose() {
      await runtime.dispose();
      await simulator.close();
    },
  };
}
