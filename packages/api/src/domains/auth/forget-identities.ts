import { identities, type Tx } from '@cartwright/db';

/** Unlinks every account at an identity provider from an account. */
export function forgetIdentities(tx: Tx, query: { userId: string }): Promise<void> {
  return identities.deleteUserIdentities(tx, query);
}
