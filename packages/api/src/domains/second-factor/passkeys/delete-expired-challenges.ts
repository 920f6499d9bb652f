import { passkeys } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';

const BATCH = 10_000;

/** Housekeeping: forgets challenges that nobody answered in time. */
export async function deleteExpiredChallenges(ctx: Ctx): Promise<void> {
  const deleteSome = () => inTransaction(ctx, ({ tx, now }) => passkeys.deleteExpiredChallenges(tx, { now }));
  while ((await deleteSome()) === BATCH);
}
