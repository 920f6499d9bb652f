import { spentNotes } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { secondsAfter } from '../../kit/clock.ts';
import { inTransaction } from '../../kit/transaction.ts';

/** True for the first to present `id`, a hash in hex; to be kept until what it stands for has expired. */
export function spend(ctx: Ctx, { id, seconds }: { id: string; seconds: number }): Promise<boolean> {
  const expiresAt = secondsAfter(ctx.now, seconds);
  return inTransaction(ctx, ({ tx }) => spentNotes.insertSpentNote(tx, { id, expiresAt }));
}
