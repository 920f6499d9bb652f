import { type Ctx, type Runtime, receiveStripeEvent, refuse } from '@cartwright/api';
import { Hono } from 'hono';
import { answerJson } from '../http/answer.ts';
import { limitBody } from '../http/body.ts';
import type { AppContext, AppEnv } from '../http/exchange.ts';

/**
 * Stripe's events, mounted at `/webhooks/stripe`. The raw bytes go to the check of the signature before anything
 * is parsed; an accepted event is in the database before 200 is answered, and the worker applies it.
 */
export function stripeWebhook(runtime: Runtime): Hono<AppEnv> {
  const app = new Hono<AppEnv>();
  app.post('/', async (c) => {
    await limitBody(c);
    const body = new Uint8Array(await c.req.raw.arrayBuffer());
    const signature = c.req.header('stripe-signature');
    return answerJson(c, await receiveStripeEvent(webhookContext(c, runtime), { body, signature }));
  });
  app.all('*', () => {
    throw refuse('method_not_allowed');
  });
  return app;
}

function webhookContext(c: AppContext, runtime: Runtime): Ctx {
  const { requestId, now, clientAddress } = c.get('exchange');
  return { ...runtime, actor: { kind: 'webhook', provider: 'stripe' }, requestId, now, clientAddress };
}
