import { oneTimeTokens, users } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { endSessions } from './end-sessions.ts';

/**
 * Gives a locked account another password: links that it was sent are useless from then on, and its sessions end, all
 * or all but one. Call `accessTokens.forgetUser` after the commit.
 */
export async function replacePassword(
  { tx, now }: TxCtx,
  password: { userId: string; passwordHash: string; exceptSessionId?: string | undefined },
): Promise<void> {
  const { userId, passwordHash, exceptSessionId } = password;
  await users.savePassword(tx, { id: userId, passwordHash, now });
  await oneTimeTokens.deleteUnusedOneTimeTokens(tx, { userId });
  await endSessions(tx, { userId, ...(exceptSessionId !== undefined && { exceptSessionId }) });
}
