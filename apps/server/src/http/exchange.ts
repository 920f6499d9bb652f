import type { Runtime } from '@cartwright/api';
import type { HttpBindings } from '@hono/node-server';
import type { Context } from 'hono';
import type { SharedAnswers } from '../answers/shared-answers.ts';

/** One request as every face sees it, and the headers that its answer gets. */
export interface Exchange {
  runtime: Runtime;
  requestId: string;
  method: string;
  /** One instant for the whole request. */
  now: Date;
  clientAddress: string;
  sharedAnswers: SharedAnswers;
  /** For every answer; one that sets a header of the same name keeps its own. */
  headers: Record<string, string>;
  /** What the allowances that this request took from say of themselves, by name. */
  rateLimits?: Map<string, { policy: string; left: string }>;
  /** `Set-Cookie`, one each; they go out with every answer. */
  cookies: string[];
  /** The head of the answer goes out before the procedures are done. */
  streamed?: boolean;
  /** The answer that already carries them. */
  answered?: Response;
}

export interface AppEnv {
  Bindings: Partial<HttpBindings>;
  Variables: { exchange: Exchange };
}

/** The incoming message of node:http; undefined when the app is called in process. */
export function incomingOf(c: AppContext): HttpBindings['incoming'] | undefined {
  return (c.env as AppEnv['Bindings'] | undefined)?.incoming;
}

export type AppContext = Context<AppEnv>;
