import { appRouter, type LimitClass, type ProcedureMeta } from '@cartwright/api';
import { z } from 'zod';
import { canonical } from './answers/canonical.ts';
import { giveAnswer } from './answers/give-answer.ts';
import { claimsIdentity, limitClassOf } from './http/caller.ts';
import type { AppContext } from './http/exchange.ts';
import { reportError } from './http/problem.ts';

const PREFIX = '/trpc/';
const VARY = 'trpc-accept, accept, accept-encoding, authorization, cookie';

/** One query of a guest for what is the same for every guest. */
export interface SharedQuery {
  limit: LimitClass;
  key: string;
  /** Its address. */
  alias: string;
}

interface Definition {
  type: string;
  meta?: ProcedureMeta;
  inputs: z.ZodType[];
}

const procedures = appRouter._def.procedures as unknown as Record<string, { _def: Definition }>;
const { transformer } = appRouter._def._config;

/** Undefined for batches, streams, callers that say who they are, and whatever is not read as a query of ours. */
export function sharedQueryOf(c: AppContext): SharedQuery | undefined {
  const { raw } = c.req;
  if (raw.method !== 'GET' || raw.headers.has('trpc-accept') || claimsIdentity(c.var.exchange, raw.headers)) return;
  if (/jsonl|event-stream/.test(raw.headers.get('accept') ?? '')) return;
  const { pathname, search, searchParams } = new URL(raw.url);
  const path = pathname.slice(PREFIX.length);
  const definition = Object.hasOwn(procedures, path) ? procedures[path]?._def : undefined;
  const isQuery = definition?.type === 'query' && definition.meta?.shared && definition.inputs.length <= 1;
  if (!isQuery || [...searchParams.keys()].some((name) => name !== 'input')) return;
  const input = readInput(definition, searchParams.get('input'));
  if (!input.success) return;
  const key = `trpc ${path} ${canonical(input.data)}`;
  return { limit: limitClassOf(definition), key, alias: pathname + search };
}

function readInput({ inputs }: Definition, text: string | null): { success: boolean; data?: unknown } {
  try {
    const value = text === null ? undefined : transformer.input.deserialize(JSON.parse(text));
    return inputs[0] === undefined ? { success: true } : z.safeParse(inputs[0], value);
  } catch {
    return { success: false };
  }
}

/** An answer of the stock handler that is no answer for others. */
class Unshared extends Error {
  readonly response: Response;

  constructor(response: Response) {
    super('not to be kept');
    this.response = response;
  }
}

type Handle = (readsFrom?: (tags: readonly string[]) => void) => Promise<Response>;

/** The envelope as it was sent before, or as the stock handler makes it. */
export async function answerSharedQuery(c: AppContext, { key, alias }: SharedQuery, handle: Handle): Promise<Response> {
  const { sharedAnswers, now } = c.var.exchange;
  let own: Response | undefined;
  const load = async (readsFrom: (tags: readonly string[]) => void): Promise<string> => {
    const response = await handle(readsFrom);
    if (response.status === 200) return response.text();
    own = response;
    throw new Unshared(response);
  };
  const onError = (error: unknown): void => {
    if (!(error instanceof Unshared)) reportError(c, error);
  };
  const kept = sharedAnswers.find(alias, now);
  if (kept) return giveAnswer(c, kept, { vary: VARY });
  try {
    const question = { alias, key, contentType: 'application/json', now, load, onError };
    return giveAnswer(c, await sharedAnswers.read(question), { vary: VARY });
  } catch (error) {
    if (!(error instanceof Unshared)) throw error;
    // Whoever waited for somebody else's refusal is refused under a request id of their own.
    return own ?? handle();
  }
}
