import { Google } from 'arctic';
import type { JWTPayload } from 'jose';
import type { IdentityProvider, ProviderOptions } from './identity-provider.ts';
import { isYes, provenIdentity } from './proven-identity.ts';
import { readCode } from './read-code.ts';
import { redeemCode } from './redeem-code.ts';
import { providerKeys, verifyIdToken } from './verify-id-token.ts';

const ISSUER = 'https://accounts.google.com';
/** Some of its tokens say the second. */
const ISSUERS = [ISSUER, 'accounts.google.com'];
const KEYS = 'https://www.googleapis.com/oauth2/v3/certs';

export function createGoogleProvider(options: ProviderOptions): IdentityProvider {
  const { clientId, clientSecret, redirectUri, clock } = options;
  const client = new Google(clientId, clientSecret, redirectUri);
  const keys = providerKeys(KEYS);
  return {
    name: 'google',
    key: 'google',
    answersBy: 'query',

    async authorizationUrl({ state, nonce, codeVerifier }) {
      const url = client.createAuthorizationURL(state, codeVerifier, ['openid', 'email', 'profile']);
      url.searchParams.set('nonce', nonce);
      return url;
    },

    async identify({ nonce, codeVerifier }, answer) {
      const code = readCode(answer, { isIssuer: (iss) => iss === ISSUER });
      const exchange = client.validateAuthorizationCode(code, codeVerifier);
      const idToken = await redeemCode(exchange, (tokens) => tokens.idToken());
      const isIssuer = ({ iss = '' }: JWTPayload) => ISSUERS.includes(iss);
      const claims = await verifyIdToken(idToken, { keys, isIssuer, clientId, nonce, clock });
      const { sub: subject, email, name } = claims;
      return provenIdentity('google', { subject, email, emailVerified: isAuthoritative(claims), name });
    },
  };
}

/**
 * Google answers for addresses of its own mail, and for those of an organization that it hosts (`hd`). Any other
 * was the person's when the Google account was made, and may be somebody else's by now.
 */
function isAuthoritative({ email, email_verified, hd }: JWTPayload): boolean {
  if (typeof email !== 'string' || !isYes(email_verified)) return false;
  return /@(gmail|googlemail)\.com$/i.test(email) || (typeof hd === 'string' && hd !== '');
}
