import { passkeys } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import type { PasskeyRequestOptions } from '../schema.ts';
import { type ChallengeUse, issueChallenge } from './challenges.ts';
import { CHALLENGE_SECONDS } from './relying-party.ts';

/**
 * What the browser needs to ask for a passkey (`navigator.credentials.get`). Where nobody has said who they are, it
 * is the same for everybody and the authenticator offers the accounts that it knows.
 */
export async function assertionOptions(ctx: Ctx, use: ChallengeUse): Promise<PasskeyRequestOptions> {
  const known = use.userId === null ? [] : await passkeys.listPasskeys(ctx.db, { userId: use.userId });
  return {
    challenge: await issueChallenge(ctx, use),
    rpId: ctx.config.webauthn.rpId,
    timeout: CHALLENGE_SECONDS * 1000,
    allowCredentials: known.map(({ credentialId: id, transports }) => ({ type: 'public-key', id, transports })),
    userVerification: 'required',
  };
}
