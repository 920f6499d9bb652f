import { passkeys } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { secondsAfter } from '../../../kit/clock.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { CHALLENGE_SECONDS } from './relying-party.ts';

export type ChallengeUse = { purpose: passkeys.ChallengePurpose; userId: string | null };

/** A challenge of 256 bits that can be answered once, for this purpose and account, within five minutes. */
export async function issueChallenge(ctx: Ctx, use: ChallengeUse): Promise<string> {
  const challenge = ctx.ids.secret();
  const expiresAt = secondsAfter(ctx.now, CHALLENGE_SECONDS);
  await inTransaction(ctx, ({ tx }) => passkeys.insertChallenge(tx, { challenge, ...use, expiresAt }));
  return challenge;
}

/** Whether it was ours to answer. Committed at once: a wrong answer spends it too. */
export function spendChallenge(ctx: Ctx, challenge: string, use: ChallengeUse): Promise<boolean> {
  return inTransaction(ctx, ({ tx, now }) => passkeys.deleteChallenge(tx, { challenge, ...use, now }));
}
