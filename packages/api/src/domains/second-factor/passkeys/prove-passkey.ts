import { passkeys } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { refuse } from '../errors.ts';
import type { ProvenFactor } from '../proof/proven-factor.ts';
import type { PasskeyAssertion } from '../schema.ts';
import { type ChallengeUse, spendChallenge } from './challenges.ts';
import { challengeOf } from './client-data.ts';
import { userHandleOf } from './relying-party.ts';
import { verifyAssertion } from './verify-passkey.ts';

/**
 * Whose passkey has signed a challenge that was issued for this use; where the use names no account, the passkey
 * does. Throws `passkey_invalid`, whatever is wrong.
 */
export async function provePasskey(
  ctx: Ctx,
  response: PasskeyAssertion,
  use: ChallengeUse,
): Promise<ProvenFactor & { userId: string }> {
  const challenge = challengeOf(response.response.clientDataJSON);
  if (challenge === undefined || !(await spendChallenge(ctx, challenge, use))) throw refuse('passkey_invalid');
  const passkey = await passkeys.findPasskey(ctx.db, { credentialId: response.id });
  if (passkey === undefined || !isMeant(passkey.userId, use, response.response.userHandle)) {
    throw refuse('passkey_invalid');
  }
  const { signCount } = await verifyAssertion(ctx, response, { challenge, passkey }).catch((cause) => {
    throw refuse('passkey_invalid', { cause });
  });
  return {
    userId: passkey.userId,
    amr: ['hwk', 'user'],
    spend: async ({ tx, now }) => {
      const { id } = passkey;
      if (!(await passkeys.savePasskeyUse(tx, { id, signCount, usedAt: now }))) throw refuse('passkey_invalid');
    },
  };
}

/** Whether the passkey is of the account that is meant, and says so itself where nobody else has. */
function isMeant(owner: string, { userId }: ChallengeUse, userHandle: string | null | undefined): boolean {
  const handle = userHandleOf(owner);
  return userId === null ? userHandle === handle : owner === userId && (userHandle ?? handle) === handle;
}
