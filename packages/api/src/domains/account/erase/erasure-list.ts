import { erasures, users } from '@cartwright/db';
import { z } from 'zod';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { eraseAccount } from './erase-account.ts';

/** What is kept of an erasure outside of the database, so that a restored one can be erased again. Ids only. */
export const ErasureEntry = z.strictObject({
  userId: z.uuid(),
  erasedAt: z.iso.datetime({ offset: true }).pipe(z.coerce.date()),
});
export type ErasureEntry = z.infer<typeof ErasureEntry>;

const PAGE = 1000;

/** Every erasure there was. */
export async function* listErasureEntries(ctx: Ctx): AsyncGenerator<ErasureEntry> {
  for (let afterId: string | null = null; ; ) {
    const rows: erasures.ErasureRow[] = await erasures.listErasures(ctx.db, { afterId, limit: PAGE });
    yield* rows.map(({ userId, erasedAt }) => ({ userId, erasedAt }));
    const last = rows.at(-1);
    if (rows.length < PAGE || last === undefined) return;
    afterId = last.userId;
  }
}

/**
 * Erases an account again that a restored database has brought back: `erased`. One that is still erased, or that the
 * database does not know, is left as it is. Throws `last_administrator`.
 */
export async function applyErasure(ctx: Ctx, entry: ErasureEntry): Promise<'erased' | 'erased_before' | 'unknown'> {
  const { userId, erasedAt } = entry;
  const user = await users.findUser(ctx.db, { id: userId });
  if (user === undefined) return 'unknown';
  if (user.status === 'erased') return 'erased_before';
  await inTransaction(ctx, (tx) => eraseAccount(tx, { userId, byStaff: false, erasedAt }));
  return 'erased';
}
