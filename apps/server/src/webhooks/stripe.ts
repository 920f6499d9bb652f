import type { Runtime } from '@cartwright/api';
import { Hono } from 'hono';
import type { AppEnv } from '../http/exchange.ts';

/** Stub until written: mounted at `/webhooks/stripe`. */
export function stripeWebhook(_runtime: Runtime): Hono<AppEnv> {
  return new Hono<AppEnv>();
}
