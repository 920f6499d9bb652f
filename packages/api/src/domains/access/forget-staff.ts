import { apiKeys, invitations, type Tx } from '@cartwright/db';

/** Deletes the API keys that an account made. */
export function forgetApiKeys(tx: Tx, query: { userId: string }): Promise<void> {
  return apiKeys.deleteUserApiKeys(tx, query);
}

/** Deletes the invitation of an account to join the staff. */
export function forgetInvitation(tx: Tx, query: { userId: string }): Promise<void> {
  return invitations.deleteInvitation(tx, query);
}
