import { CodeChallengeMethod, OAuth2Client } from 'arctic';
import type { JWTPayload } from 'jose';
import { z } from 'zod';
import { sha256Hex } from '../../../kit/ids.ts';
import { fetchJson } from './fetch-json.ts';
import type { IdentityProvider, ProviderOptions } from './identity-provider.ts';
import { isYes, provenIdentity } from './proven-identity.ts';
import { readCode } from './read-code.ts';
import { redeemCode } from './redeem-code.ts';
import { unavailable } from './unavailable.ts';
import { type ProviderKeys, providerKeys, verifyIdToken } from './verify-id-token.ts';

const SCOPES = ['openid', 'email', 'profile'];

const endpoint = z.url({ protocol: /^https?$/ });
const Discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
  userinfo_endpoint: endpoint.optional(),
  authorization_response_iss_parameter_supported: z.boolean().optional(),
});
type Discovery = z.infer<typeof Discovery>;
const UserInfo = z.object({ sub: z.string(), email: z.unknown(), email_verified: z.unknown(), name: z.unknown() });

/** Any OpenID Connect provider, by its issuer: everything else is found by discovery. */
export function createOidcProvider(options: ProviderOptions & { name: string; issuer: string }): IdentityProvider {
  const { name, issuer, clientId, clientSecret, redirectUri, clock } = options;
  const client = new OAuth2Client(clientId, clientSecret, redirectUri);
  // A subject is kept with its issuer, so that naming another provider never opens the accounts of the first.
  const key = `oidc:${sha256Hex(issuer).slice(0, 32)}`;
  let discovered: Promise<{ endpoints: Discovery; keys: ProviderKeys }> | undefined;

  /** Asked once; a failure is forgotten, so that the next sign-in asks again. */
  function discover() {
    discovered ??= fetchDiscovery(issuer)
      .then((endpoints) => ({ endpoints, keys: providerKeys(endpoints.jwks_uri) }))
      .catch((error) => {
        discovered = undefined;
        throw error;
      });
    return discovered;
  }

  return {
    name,
    key,
    answersBy: 'query',

    async authorizationUrl({ state, nonce, codeVerifier }) {
      const { endpoints } = await discover();
      const from = endpoints.authorization_endpoint;
      const url = client.createAuthorizationURLWithPKCE(from, state, CodeChallengeMethod.S256, codeVerifier, SCOPES);
      url.searchParams.set('nonce', nonce);
      return url;
    },

    async identify({ nonce, codeVerifier }, answer) {
      const { endpoints, keys } = await discover();
      const alwaysNamesItself = endpoints.authorization_response_iss_parameter_supported;
      const code = readCode(answer, { isIssuer: (iss) => iss === issuer, alwaysNamesItself });
      const { idToken, accessToken } = await redeemCode(
        client.validateAuthorizationCode(endpoints.token_endpoint, code, codeVerifier),
        (tokens) => ({ idToken: tokens.idToken(), accessToken: tokens.accessToken() }),
      );
      const isIssuer = ({ iss }: JWTPayload) => iss === issuer;
      const claims = await verifyIdToken(idToken, { keys, isIssuer, clientId, nonce, clock });
      const { sub: subject, email, email_verified, name } = await withUserInfo(claims, endpoints, accessToken);
      return provenIdentity(key, { subject, email, emailVerified: isYes(email_verified), name });
    },
  };
}

async function fetchDiscovery(issuer: string): Promise<Discovery> {
  const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const parsed = Discovery.safeParse(document);
  if (!parsed.success) throw unavailable(parsed.error);
  if (parsed.data.issuer !== issuer) throw unavailable(new Error(`${issuer} calls itself ${parsed.data.issuer}`));
  const { authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint = token_endpoint } = parsed.data;
  const urls = [authorization_endpoint, token_endpoint, jwks_uri, userinfo_endpoint];
  if (issuer.startsWith('https:') && urls.some((url) => !url.startsWith('https:'))) {
    throw unavailable(new Error(`${issuer} names an endpoint without TLS`));
  }
  return parsed.data;
}

type Claims = JWTPayload & { sub: string };

/** Providers may keep the address out of the id token and give it at the userinfo endpoint instead. */
async function withUserInfo(claims: Claims, endpoints: Discovery, accessToken: string): Promise<Claims> {
  if (claims['email'] !== undefined || endpoints.userinfo_endpoint === undefined) return claims;
  const info = await fetchJson(endpoints.userinfo_endpoint, { authorization: `Bearer ${accessToken}` });
  const parsed = UserInfo.safeParse(info);
  return parsed.data?.sub === claims.sub ? { ...parsed.data, ...claims } : claims;
}
