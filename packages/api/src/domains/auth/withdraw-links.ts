import { oneTimeTokens, type Tx } from '@cartwright/db';

/** Makes every link that a locked account was sent useless: they went to an address that is no longer its own. */
export function withdrawLinks(tx: Tx, query: { userId: string }): Promise<void> {
  return oneTimeTokens.deleteUnusedOneTimeTokens(tx, query);
}
