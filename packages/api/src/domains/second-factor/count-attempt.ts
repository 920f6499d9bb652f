import type { Ctx } from '../../context.ts';
import { takeAttempt } from '../auth/index.ts';

/**
 * Counts an attempt at the second factor of an account (its address) before it is made, and gives it back when it
 * succeeds: parallel guesses are all counted. Throws `rate_limited`, and what the attempt throws.
 */
export async function countAttempt<T>(ctx: Ctx, account: string, attempt: () => Promise<T>): Promise<T> {
  const taken = await takeAttempt(ctx, { scope: 'second_factor', account });
  const result = await attempt();
  await taken.forgive();
  return result;
}
