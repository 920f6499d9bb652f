import type { passkeys } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import type { PasskeyAssertion, PasskeyRegistration } from '../schema.ts';
import { ALGORITHMS } from './relying-party.ts';

// Loaded when the first passkey comes: it is a third of what a process of ours would have to load.
const library = () => import('@simplewebauthn/server');
const helpers = () => import('@simplewebauthn/server/helpers');

export type NewCredential = Pick<
  passkeys.PasskeyRow,
  'credentialId' | 'publicKey' | 'signCount' | 'transports' | 'backedUp'
>;

/** The credential that a browser has made for us under `challenge`. Throws when it has not. */
export async function verifyRegistration(
  ctx: Ctx,
  response: PasskeyRegistration,
  challenge: string,
): Promise<NewCredential> {
  const { verifyRegistrationResponse } = await library();
  await assertNoCertificates(response.response.attestationObject);
  const { rpId, origins } = ctx.config.webauthn;
  const { verified, registrationInfo } = await verifyRegistrationResponse({
    response: { ...response, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: [...origins],
    expectedRPID: rpId,
    supportedAlgorithmIDs: ALGORITHMS,
    requireUserVerification: true,
  });
  if (!verified) throw new Error('The attestation does not verify.');
  const { credential, credentialBackedUp } = registrationInfo;
  return {
    credentialId: credential.id,
    publicKey: Buffer.from(credential.publicKey).toString('base64url'),
    signCount: credential.counter,
    transports: response.response.transports ?? [],
    backedUp: credentialBackedUp,
  };
}

/**
 * We ask for no attestation, and get none or one that the new key has signed itself. Checking another's certificates
 * would mean fetching revocation lists from addresses that the sender chooses.
 */
async function assertNoCertificates(attestationObject: string): Promise<void> {
  const { decodeAttestationObject } = await helpers();
  const decoded = decodeAttestationObject(new Uint8Array(Buffer.from(attestationObject, 'base64url')));
  const format = decoded.get('fmt');
  if (format === 'none') return;
  if (format !== 'packed' || decoded.get('attStmt').get('x5c') !== undefined) {
    throw new Error(`An attestation of the format ${format} was not asked for.`);
  }
}

/** How often the authenticator of `passkey`, which has signed `challenge`, says it has signed. Throws otherwise. */
export async function verifyAssertion(
  ctx: Ctx,
  response: PasskeyAssertion,
  { challenge, passkey }: { challenge: string; passkey: passkeys.PasskeyRow },
): Promise<{ signCount: number }> {
  const { verifyAuthenticationResponse } = await library();
  const { rpId, origins } = ctx.config.webauthn;
  const { verified, authenticationInfo } = await verifyAuthenticationResponse({
    response: { ...response, clientExtensionResults: {} },
    expectedChallenge: challenge,
    expectedOrigin: [...origins],
    expectedRPID: rpId,
    credential: {
      id: passkey.credentialId,
      publicKey: new Uint8Array(Buffer.from(passkey.publicKey, 'base64url')),
      counter: passkey.signCount,
    },
    requireUserVerification: true,
  });
  if (!verified) throw new Error('The signature does not verify.');
  return { signCount: authenticationInfo.newCounter };
}
