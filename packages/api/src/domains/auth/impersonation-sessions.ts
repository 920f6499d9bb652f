import { sessions, type Tx } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import type { Session } from './session-store.ts';

/** How an impersonation's session began, in the column for RFC 8176's words; it has none for this. */
const AMR = ['impersonation'];

/**
 * Opens the session in which a member of staff sees the store as a customer. It has no refresh token and ends with the
 * session it was begun in: violates `sessions_impersonator_session_id_fkey` when that is over already.
 */
export function openImpersonationSession(
  { tx, now }: Pick<TxCtx, 'tx' | 'now'>,
  start: {
    customerId: string;
    impersonator: { userId: string; sessionId: string };
    userAgent: string | undefined;
    address: string;
  },
): Promise<Session> {
  const { customerId: userId, impersonator, userAgent, address } = start;
  return luciaSessionStore.create(tx, { userId, userAgent, address, amr: AMR, impersonator, now });
}

/** Ends every session in which a member of staff sees the store as a customer. */
export function endImpersonationSessions(tx: Tx, query: { staffId: string }): Promise<void> {
  return sessions.deleteImpersonationSessions(tx, { impersonatorId: query.staffId });
}
