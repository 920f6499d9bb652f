import { MicrosoftEntraId } from 'arctic';
import type { JWTHeaderParameters, JWTPayload } from 'jose';
import type { IdentityProvider, ProviderOptions } from './identity-provider.ts';
import { isYes, provenIdentity } from './proven-identity.ts';
import { readCode } from './read-code.ts';
import { redeemCode } from './redeem-code.ts';
import { type ProviderKeys, providerKeys, verifyIdToken } from './verify-id-token.ts';

const HOST = 'https://login.microsoftonline.com';
/** The tenant of all personal accounts. */
const CONSUMERS = '9188040d-6c67-4c5b-b112-36a304b66dad';
const ISSUER = /^https:\/\/login\.microsoftonline\.com\/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\/v2\.0$/;

const issuerOf = (tenantId: unknown) => `${HOST}/${tenantId}/v2.0`;

/** `tenant` is the id of one directory, or `common`, `organizations` or `consumers` for all of a kind. */
export function createMicrosoftProvider(options: ProviderOptions & { tenant: string }): IdentityProvider {
  const { tenant, clientId, clientSecret, redirectUri, clock } = options;
  const client = new MicrosoftEntraId(tenant, clientId, clientSecret, redirectUri);
  const keys = providerKeys(`${HOST}/${tenant}/discovery/v2.0/keys`);
  const isIssuer = (claims: JWTPayload, header: JWTHeaderParameters) =>
    isTenant(tenant, claims) && mayUseKey(keys, claims, header);
  return {
    name: 'microsoft',
    key: 'microsoft',
    answersBy: 'query',

    async authorizationUrl({ state, nonce, codeVerifier }) {
      const url = client.createAuthorizationURL(state, codeVerifier, ['openid', 'email', 'profile']);
      url.searchParams.set('nonce', nonce);
      return url;
    },

    async identify({ nonce, codeVerifier }, answer) {
      const code = readCode(answer, { isIssuer: (iss) => ISSUER.test(iss) });
      const exchange = client.validateAuthorizationCode(code, codeVerifier);
      const idToken = await redeemCode(exchange, (tokens) => tokens.idToken());
      const claims = await verifyIdToken(idToken, { keys, isIssuer, clientId, nonce, clock });
      const { sub, tid, email, xms_edov, name } = claims;
      // Any directory may write any address into its accounts; only `xms_edov` says that the domain is its own.
      return provenIdentity('microsoft', { subject: `${tid}/${sub}`, email, emailVerified: isYes(xms_edov), name });
    },
  };
}

/** Whether a token is of a directory that may sign in here, and says so in both its claims. */
function isTenant(tenant: string, { iss = '', tid }: JWTPayload): boolean {
  if (!ISSUER.test(iss) || iss !== issuerOf(tid)) return false;
  if (tenant === 'common') return true;
  if (tenant === 'organizations') return tid !== CONSUMERS;
  return tid === (tenant === 'consumers' ? CONSUMERS : tenant);
}

/** Its published keys name the issuer that may sign with them; `{tenantid}` stands for every directory. */
function mayUseKey(keys: ProviderKeys, { tid }: JWTPayload, { kid }: JWTHeaderParameters): boolean {
  const key: Record<string, unknown> = { ...keys.jwks()?.keys.find((each) => each.kid === kid) };
  const issuer = key['issuer'];
  return typeof issuer !== 'string' || issuer.replace('{tenantid}', String(tid)) === issuerOf(tid);
}
