import type { Tx } from '@cartwright/db';
import { luciaSessionStore } from './lucia-session-store.ts';

/**
 * Ends every session of an account, or all but one. `accessTokens.forgetUser` after the commit lets this process see it
 * at once; the others refuse the access tokens within five seconds.
 */
export function endSessions(tx: Tx, query: { userId: string; exceptSessionId?: string }): Promise<void> {
  return luciaSessionStore.endAllOf(tx, query);
}
