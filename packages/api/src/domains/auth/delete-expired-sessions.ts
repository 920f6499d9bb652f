import type { Ctx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { luciaSessionStore } from './lucia-session-store.ts';

/** Housekeeping: forgets sessions that have ended by themselves, at most 10,000; answers how many. */
export function deleteExpiredSessions(ctx: Ctx): Promise<number> {
  return inTransaction(ctx, ({ tx, now }) => luciaSessionStore.deleteExpired(tx, { now }));
}
