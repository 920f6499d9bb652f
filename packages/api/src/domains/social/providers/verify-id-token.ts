import { createRemoteJWKSet, type JWTHeaderParameters, type JWTPayload, errors as joseErrors, jwtVerify } from 'jose';
import type { Clock } from '../../../kit/clock.ts';
import { equalSecrets } from '../../../kit/ids.ts';
import { refuse } from '../errors.ts';
import { TIMEOUT_MS } from './fetch-json.ts';
import { unavailable } from './unavailable.ts';

const CLOCK_SKEW_SECONDS = 60;
/** Asymmetric ones only: with a shared secret, whoever knows it could sign as the provider. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

export type ProviderKeys = ReturnType<typeof createRemoteJWKSet>;

/** The keys that a provider publishes, fetched when they are first needed and kept for ten minutes. */
export function providerKeys(url: string): ProviderKeys {
  return createRemoteJWKSet(new URL(url), { timeoutDuration: TIMEOUT_MS });
}

/**
 * The claims of an id token that this provider made for this store and this sign-in. Throws `oauth_code_invalid` for
 * any other, `identity_provider_unavailable` when the keys cannot be fetched.
 */
export async function verifyIdToken(
  idToken: string,
  expected: {
    keys: ProviderKeys;
    isIssuer: (claims: JWTPayload, header: JWTHeaderParameters) => boolean;
    clientId: string;
    nonce: string;
    clock: Clock;
  },
): Promise<JWTPayload & { sub: string }> {
  const { keys, isIssuer, clientId, nonce, clock } = expected;
  const { payload, protectedHeader } = await jwtVerify(idToken, keys, {
    algorithms: ALGORITHMS,
    audience: clientId,
    requiredClaims: ['iss', 'sub', 'iat', 'exp', 'nonce'],
    currentDate: clock.now(),
    clockTolerance: CLOCK_SKEW_SECONDS,
  }).catch((error: unknown) => {
    throw isKeyFetchFailure(error) ? unavailable(error) : refuse('oauth_code_invalid', { cause: error });
  });
  const { sub, nonce: returned, azp = clientId } = payload;
  const isOurs = typeof returned === 'string' && equalSecrets(returned, nonce) && azp === clientId;
  // jose looks at the type of no claim that it does not compare.
  if (!isOurs || typeof sub !== 'string' || !isIssuer(payload, protectedHeader)) throw refuse('oauth_code_invalid');
  return { ...payload, sub };
}

/** Not a word about the token: its keys could not be fetched. */
function isKeyFetchFailure(error: unknown): boolean {
  if (error instanceof joseErrors.JWKSTimeout || error instanceof joseErrors.JWKSInvalid) return true;
  if (error instanceof joseErrors.JOSEError) return error.code === 'ERR_JOSE_GENERIC';
  return error instanceof TypeError;
}
