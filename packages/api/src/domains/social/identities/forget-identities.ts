import { identities, type Tx } from '@cartwright/db';

/** Unlinks every identity from an account; its sessions are the caller's to end. */
export function forgetIdentities(tx: Tx, query: { userId: string }): Promise<void> {
  return identities.deleteUserIdentities(tx, query);
}
