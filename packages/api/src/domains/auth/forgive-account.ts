import type { Ctx } from '../../context.ts';
import { forgetOtherPlaces } from './known-place.ts';
import { type AttemptScope, accountKey } from './take-attempt.ts';

const SCOPES: readonly AttemptScope[] = ['login', 'second_factor', 'one_time_token'];

/**
 * Forgets all failures at an account, once its owner has proven to own its mailbox and has a new password. From then
 * on the caller's address block is the only one that whoever fails elsewhere cannot lock out. Not in a transaction.
 */
export async function forgiveAccount(ctx: Ctx, email: string): Promise<void> {
  await Promise.all(SCOPES.map((scope) => ctx.limiter.clear(scope, accountKey(email))));
  await forgetOtherPlaces(ctx, email);
}
