import { orders, users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { userIdOf } from '../../kit/actor.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { money } from '../../kit/money.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { orderErrors } from './errors.ts';
import type { ClaimableOrders, ClaimedOrders, ClaimOrdersInput } from './schema.ts';

const refuse = errorsOf(orderErrors);

const LIMIT = 100;

/** What guests have placed with the caller's address; nothing until the caller has proven to read its mail. */
export async function listClaimableOrders(ctx: Ctx): Promise<ClaimableOrders> {
  const email = await provenAddress(ctx);
  const rows = email === undefined ? [] : await orders.listGuestOrders(ctx.db, { email, limit: LIMIT });
  return {
    items: rows.map(({ id, number, currency, totalMinor, placedAt }) => ({
      id,
      number: String(number),
      total: money(totalMinor, currency),
      placedAt,
    })),
  };
}

/**
 * Takes guests' orders into the caller's account, all that are named or none. Their tokens keep working. Refuses with
 * `address_not_verified`, and with `order_not_found` where one was placed with another address or is another account's.
 */
export async function claimOrders(ctx: Ctx, input: ClaimOrdersInput): Promise<ClaimedOrders> {
  const userId = userIdOf(ctx.actor);
  if (userId === undefined || (await provenAddress(ctx)) === undefined) throw refuse('address_not_verified');
  const ids = [...new Set(input.orderIds)];
  await inTransaction(ctx, async ({ tx, now }) => {
    const claimed = await orders.saveOrdersClaimed(tx, { userId, ids, at: now });
    if (claimed !== ids.length) throw refuse('order_not_found');
  });
  return { orderIds: ids };
}

async function provenAddress(ctx: Ctx): Promise<string | undefined> {
  const id = userIdOf(ctx.actor);
  const user = id === undefined ? undefined : await users.findUser(ctx.db, { id });
  return user && user.emailVerifiedAt !== null ? user.email : undefined;
}
