import { JsonText } from '@cartwright/api';
import { z } from 'zod';
import { canonical } from '../answers/canonical.ts';
import { giveAnswer } from '../answers/give-answer.ts';
import { createCtx } from '../http/caller.ts';
import type { AppContext } from '../http/exchange.ts';
import { reportError } from '../http/problem.ts';
import { callProcedure } from './call-procedure.ts';
import { type Address, callOf, type Endpoint } from './endpoint.ts';

const contentType = 'application/json';

/** An answer that is the same for every guest: given again, or read by one of those who ask for it. */
export async function answerShared(c: AppContext, endpoint: Endpoint, address: Address): Promise<Response> {
  const { exchange } = c.var;
  const { sharedAnswers, now } = exchange;
  const kept = sharedAnswers.find(address.text, now);
  if (kept) return giveAnswer(c, kept);
  const input = await endpoint.readInput(c, address);
  const load = async (readsFrom: (tags: readonly string[]) => void): Promise<string> => {
    const ctx = await createCtx(exchange, c.req.raw.headers, endpoint.meta);
    const call = callOf(endpoint, { ...ctx, takesText: true, readsFrom }, input);
    const output = await callProcedure(endpoint.procedure, call);
    return output instanceof JsonText ? output.text : JSON.stringify(output);
  };
  const key = `rest ${endpoint.procedurePath} ${canonical(checkedInput(endpoint, input))}`;
  const onError = (error: unknown): void => void reportError(c, error);
  const answer = await sharedAnswers.read({ alias: address.text, key, contentType, now, load, onError });
  return giveAnswer(c, answer);
}

/** With defaults in and in one order. What the schema refuses is for the procedure to refuse; nothing of it is kept. */
function checkedInput({ input: schema }: Endpoint, input: unknown): unknown {
  if (schema === undefined) return undefined;
  const parsed = z.safeParse(schema, input);
  return parsed.success ? parsed.data : input;
}
