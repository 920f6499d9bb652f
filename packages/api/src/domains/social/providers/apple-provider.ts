import { Apple } from 'arctic';
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import type { IdentityProvider, ProviderOptions } from './identity-provider.ts';
import { isYes, provenIdentity } from './proven-identity.ts';
import { readCode } from './read-code.ts';
import { redeemCode } from './redeem-code.ts';
import { providerKeys, verifyIdToken } from './verify-id-token.ts';

const ISSUER = 'https://appleid.apple.com';
const KEYS = `${ISSUER}/auth/keys`;

const User = z.object({ name: z.object({ firstName: z.string().optional(), lastName: z.string().optional() }) });

/** `privateKey` is PKCS #8, the client secret being a token that it signs. Apple knows no PKCE; the nonce binds. */
export function createAppleProvider(
  options: Omit<ProviderOptions, 'clientSecret'> & {
    teamId: string;
    keyId: string;
    privateKey: Uint8Array<ArrayBuffer>;
  },
): IdentityProvider {
  const { clientId, teamId, keyId, privateKey, redirectUri, clock } = options;
  const client = new Apple(clientId, teamId, keyId, privateKey, redirectUri);
  const keys = providerKeys(KEYS);
  return {
    name: 'apple',
    key: 'apple',
    // Apple gives name and address to a form only.
    answersBy: 'form',

    async authorizationUrl({ state, nonce }) {
      const url = client.createAuthorizationURL(state, ['name', 'email']);
      url.searchParams.set('response_mode', 'form_post');
      url.searchParams.set('nonce', nonce);
      return url;
    },

    async identify({ nonce }, answer) {
      const code = readCode(answer, { isIssuer: (iss) => iss === ISSUER });
      const idToken = await redeemCode(client.validateAuthorizationCode(code), (tokens) => tokens.idToken());
      const isIssuer = ({ iss }: JWTPayload) => iss === ISSUER;
      const claims = await verifyIdToken(idToken, { keys, isIssuer, clientId, nonce, clock });
      const { sub: subject, email, email_verified } = claims;
      return provenIdentity('apple', {
        subject,
        email,
        emailVerified: isYes(email_verified),
        name: nameOf(answer.user),
      });
    },
  };
}

/** The name that came with the form. It is the person's own word, as a name always is; nothing else there counts. */
function nameOf(user: string | undefined): string | undefined {
  try {
    const { firstName, lastName } = User.parse(JSON.parse(user ?? '')).name;
    return [firstName, lastName].filter(Boolean).join(' ');
  } catch {
    return undefined;
  }
}
