import { spentNotes } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';

/** Housekeeping: forgets what has been spent and would have expired by now, at most 10,000; answers how many. */
export function forgetSpentNotes(ctx: Ctx): Promise<number> {
  return inTransaction(ctx, ({ tx, now }) => spentNotes.deleteExpiredSpentNotes(tx, { now }));
}
