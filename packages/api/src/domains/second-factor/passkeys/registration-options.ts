import { passkeys } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { findOwnAccount } from '../own-account.ts';
import type { PasskeyCreationOptions } from '../schema.ts';
import { issueChallenge } from './challenges.ts';
import { ALGORITHMS, CHALLENGE_SECONDS, relyingParty, userHandleOf } from './relying-party.ts';

/** What the browser needs to make a passkey for the caller's account (`navigator.credentials.create`). */
export async function registrationOptions(ctx: Ctx): Promise<PasskeyCreationOptions> {
  const { id: userId, email, name } = await findOwnAccount(ctx);
  const known = await passkeys.listPasskeys(ctx.db, { userId });
  return {
    rp: await relyingParty(ctx),
    user: { id: userHandleOf(userId), name: email, displayName: name ?? email },
    challenge: await issueChallenge(ctx, { purpose: 'register', userId }),
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    timeout: CHALLENGE_SECONDS * 1000,
    excludeCredentials: known.map(({ credentialId: id, transports }) => ({ type: 'public-key', id, transports })),
    // It names its account and asks for the person, so that it can be all that a log-in takes.
    authenticatorSelection: { residentKey: 'required', requireResidentKey: true, userVerification: 'required' },
    attestation: 'none',
  };
}
