import { oneTimeTokens } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { secondsBefore } from '../../kit/clock.ts';
import { inTransaction } from '../../kit/transaction.ts';

/** Mails about a change of address read its token, and are tried for about three and a half days. */
const KEPT_SECONDS = 7 * 86_400;

/** Housekeeping: forgets tokens of links that expired a week ago, at most 10,000; answers how many. */
export function deleteExpiredLinks(ctx: Ctx): Promise<number> {
  const before = secondsBefore(ctx.now, KEPT_SECONDS);
  return inTransaction(ctx, ({ tx }) => oneTimeTokens.deleteExpiredOneTimeTokens(tx, { before }));
}
