import type { Ctx } from '../../context.ts';
import { userIdOf } from '../../kit/actor.ts';
import { audit } from '../../kit/audit.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { endSessions, lockManagedUser, refuse as refuseAccount } from '../auth/index.ts';
import { announceChange } from './announce-change.ts';
import { refuse } from './errors.ts';
import { forgetFactors } from './forget-factors.ts';

/**
 * Takes all second factors from an account whose owner has lost them, and ends its sessions. Throws `user_not_found`
 * when there is no such customer or member of staff, `permission_not_held` for staff who may do more than the caller,
 * and `second_factor_kept` for the caller's own account where staff must have a factor.
 */
export async function resetFactors(
  ctx: Ctx,
  { userId, of }: { userId: string; of: 'customer' | 'staff' },
): Promise<void> {
  if (ctx.config.requireStaffSecondFactor && userIdOf(ctx.actor) === userId) throw refuse('second_factor_kept');
  await inTransaction(ctx, async (txCtx) => {
    const { roles } = await lockManagedUser(txCtx, userId);
    if ((of === 'staff') !== roles.length > 0) throw refuseAccount('user_not_found');
    await forgetFactors(txCtx, userId);
    await endSessions(txCtx.tx, { userId });
    await announceChange(txCtx, { userId, change: 'factors_reset' });
    await audit(txCtx, { action: 'user.second_factors_reset', target: `user:${userId}` });
  });
  ctx.accessTokens.forgetUser(userId);
}
