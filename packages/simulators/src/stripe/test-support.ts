import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import Stripe from 'stripe';
import { type StripeSimulator, type StripeSimulatorOptions, startStripeSimulator } from './simulator.ts';

/** A fixed moment: 2026-01-01T00:00:00Z in milliseconds. */
export const NEW_YEAR = 1_767_225_600_000;

/** A real SDK client for a running simulator. */
export function clientOf(simulator: StripeSimulator, config: object = {}): Stripe {
  return new Stripe('sk_test_simulator', {
    host: '127.0.0.1',
    port: simulator.port,
    protocol: 'http',
    telemetry: false,
    maxNetworkRetries: 0,
    ...config,
  });
}

/** A simulator and its client; both end with the block that declared them. */
export async function started(options: StripeSimulatorOptions = {}) {
  const simulator = await startStripeSimulator(options);
  return { simulator, stripe: clientOf(simulator), [Symbol.asyncDispose]: () => simulator.close() };
}

/** The error a promise is rejected with. */
export async function refusal(promise: Promise<unknown>): Promise<Stripe.errors.StripeError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Stripe.errors.StripeError) return error;
    throw error;
  }
  throw new Error('it was not refused');
}

/** Parameters of an ordinary card payment. */
export function card(payment_method = 'pm_card_visa', amount = 1_000): Stripe.PaymentIntentCreateParams {
  return { amount, currency: 'eur', confirm: true, payment_method, allowed_payment_method_types: ['card'] };
}

/** A raw request to the simulator. */
export async function raw(simulator: StripeSimulator, path: string, init: RequestInit = {}) {
  const headers = {
    authorization: 'Bearer sk_test_simulator',
    ...(init.body === undefined ? {} : { 'content-type': 'application/x-www-form-urlencoded' }),
    ...(init.headers as Record<string, string> | undefined),
  };
  const response = await fetch(`${simulator.url}${path}`, { redirect: 'manual', ...init, headers });
  return { status: response.status, headers: response.headers, text: await response.text() };
}

/** The `error` member of a raw answer. */
export function errorIn(answer: { text: string }): { [key: string]: unknown } {
  return (JSON.parse(answer.text) as { error: { [key: string]: unknown } }).error;
}

/** One delivery a receiver got. */
export interface Received {
  readonly body: string;
  readonly signature: string;
  readonly event: { id: string; type: string };
}

/** An HTTP receiver of webhooks whose answers are chosen by the nth delivery. */
export async function receiver(statusOf: (occasion: number) => number | 'cut' = () => 200) {
  const received: Received[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const body = Buffer.concat(chunks).toString();
      const status = statusOf(received.length);
      received.push({ body, signature: String(request.headers['stripe-signature']), event: JSON.parse(body) });
      for (const waiter of waiting) if (received.length >= waiter.count) waiter.resolve();
      if (status === 'cut') response.destroy();
      else response.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/webhooks/stripe`,
    received,
    types: () => received.map(({ event }) => event.type),
    reached: (count: number) =>
      received.length >= count ? Promise.resolve() : new Promise<void>((resolve) => waiting.push({ count, resolve })),
    [Symbol.asyncDispose]: async () => {
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
