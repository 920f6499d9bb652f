import { erasures, idempotencyKeys } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { actorRecord } from '../../../kit/actor.ts';
import { forgetInvitation } from '../../access/index.ts';
import { eraseUser } from '../../auth/index.ts';
import { forgetCarts, lockCarts } from '../../cart/index.ts';
import { erasePersonalData } from '../../customer/index.ts';
import { adoptGuestOrders, forgetCustomer } from '../../order/index.ts';
import { forgetPayer } from '../../payment/index.ts';
import { forgetReviewer } from '../../review/index.ts';
import { dropAccess } from '../drop-access.ts';

/**
 * Erases the person behind an account. The account stays as a tombstone, its orders without names and addresses; what
 * guests ordered with its address goes with it if the address was proven. Orders on their way keep their address until
 * they end ({@link finishErasures}). Call `accessTokens.forgetUser` after the commit. Throws `user_not_found`,
 * `last_administrator`, and with `byStaff` `permission_not_held`.
 */
export async function eraseAccount(
  ctx: TxCtx,
  erasure: { userId: string; byStaff: boolean; erasedAt?: Date },
): Promise<void> {
  const { userId, byStaff, erasedAt = ctx.now } = erasure;
  const { tx } = ctx;
  await lockCarts(tx, { customerId: userId });
  const { email, emailVerifiedAt } = await eraseUser(ctx, { userId, byStaff });
  await dropAccess(ctx, userId);
  await forgetInvitation(tx, { userId });
  await erasePersonalData(ctx, { userId });
  await forgetReviewer(ctx, { userId });
  await idempotencyKeys.deleteCallerIdempotencyKeys(tx, { scope: `user:${userId}` });
  await forgetCarts(tx, { customerId: userId });
  if (emailVerifiedAt !== null) await adoptGuestOrders(ctx, { customerId: userId, email });
  await forgetOrders(ctx, userId);
  await erasures.insertErasure(tx, { userId, erasedAt, actor: actorRecord(ctx.actor) });
}

/** Takes the person out of the orders that have ended; answers how many have not. */
export async function forgetOrders(ctx: TxCtx, customerId: string): Promise<number> {
  await forgetPayer(ctx.tx, { customerId });
  return forgetCustomer(ctx, { customerId });
}
