import { ArcticFetchError, CodeChallengeMethod, generateCodeVerifier, generateState, OAuth2Client } from 'arctic';
import { createRemoteJWKSet, type JWTPayload, errors as joseErrors, jwtVerify } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../kit/clock.ts';
import { equalSecrets, sha256Hex } from '../../kit/ids.ts';
import { refuse } from './errors.ts';
import type { ProvenIdentity } from './login-with-identity.ts';

/** What a sign-in has to remember between leaving for the provider and coming back. */
export interface PendingSignIn {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** Signing in through one OpenID Connect provider: authorization code, PKCE S256, state and nonce. */
export interface OidcProvider {
  /** Where to send the browser, and what to keep for its return. Throws `identity_provider_unavailable`. */
  begin(): Promise<{ url: URL; pending: PendingSignIn }>;
  /**
   * Who came back. Throws `oauth_state_invalid` when it is not the browser that left, `oauth_code_invalid` when the
   * provider or its token does not confirm the person, `identity_provider_unavailable`.
   */
  finish(pending: PendingSignIn, query: Record<string, string>): Promise<ProvenIdentity>;
}

const TIMEOUT_MS = 5_000;
const CLOCK_SKEW_SECONDS = 60;
const SCOPES = ['openid', 'email', 'profile'];
/** Asymmetric ones only: with a shared secret, whoever knows it could sign as the provider. */
const ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512', 'ES256', 'ES384', 'ES512', 'EdDSA'];

const endpoint = z.url({ protocol: /^https?$/ });
const Discovery = z.object({
  issuer: z.string(),
  authorization_endpoint: endpoint,
  token_endpoint: endpoint,
  jwks_uri: endpoint,
  userinfo_endpoint: endpoint.optional(),
});
type Discovery = z.infer<typeof Discovery>;
const UserInfo = z.object({ sub: z.string(), email: z.unknown(), email_verified: z.unknown(), name: z.unknown() });

export function createOidcProvider(options: {
  issuer: string;
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  clock: Clock;
}): OidcProvider {
  const { issuer, clientId, clientSecret, redirectUri, clock } = options;
  const client = new OAuth2Client(clientId, clientSecret, redirectUri);
  let discovered: Promise<{ endpoints: Discovery; keys: ReturnType<typeof createRemoteJWKSet> }> | undefined;

  /** Asked once; a failure is forgotten, so that the next sign-in asks again. */
  function discover() {
    discovered ??= fetchDiscovery(issuer)
      .then((endpoints) => ({
        endpoints,
        keys: createRemoteJWKSet(new URL(endpoints.jwks_uri), { timeoutDuration: TIMEOUT_MS }),
      }))
      .catch((error) => {
        discovered = undefined;
        throw error;
      });
    return discovered;
  }

  async function verifyIdToken(idToken: string, nonce: string): Promise<JWTPayload> {
    const { keys } = await discover();
    try {
      const { payload } = await jwtVerify(idToken, keys, {
        algorithms: ALGORITHMS,
        issuer,
        audience: clientId,
        requiredClaims: ['sub', 'iat', 'exp', 'nonce'],
        currentDate: clock.now(),
        clockTolerance: CLOCK_SKEW_SECONDS,
      });
      const { nonce: returned, azp = clientId } = payload;
      if (typeof returned !== 'string' || !equalSecrets(returned, nonce) || azp !== clientId) {
        throw refuse('oauth_code_invalid');
      }
      return payload;
    } catch (error) {
      throw isKeyFetchFailure(error) ? unavailable(error) : refuse('oauth_code_invalid', { cause: error });
    }
  }

  return {
    async begin() {
      const { endpoints } = await discover();
      const pending = { state: generateState(), nonce: generateState(), codeVerifier: generateCodeVerifier() };
      const { state, codeVerifier } = pending;
      const from = endpoints.authorization_endpoint;
      const url = client.createAuthorizationURLWithPKCE(from, state, CodeChallengeMethod.S256, codeVerifier, SCOPES);
      url.searchParams.set('nonce', pending.nonce);
      return { url, pending };
    },

    async finish(pending, query) {
      const { state = '', code, iss } = query;
      if (!equalSecrets(state, pending.state)) throw refuse('oauth_state_invalid');
      // RFC 9207: an answer that names another issuer was mixed up.
      if (iss !== undefined && iss !== issuer) throw refuse('oauth_state_invalid');
      if (code === undefined || code === '') throw refuse('oauth_code_invalid');
      const { endpoints } = await discover();
      const { idToken, accessToken } = await redeem(client, endpoints, { code, codeVerifier: pending.codeVerifier });
      const claims = await verifyIdToken(idToken, pending.nonce);
      const person = await withUserInfo(claims, endpoints, accessToken);
      return toProvenIdentity(issuer, person);
    },
  };
}

function unavailable(cause: unknown) {
  return refuse('identity_provider_unavailable', { cause, retryAfterSeconds: 5 });
}

async function fetchDiscovery(issuer: string): Promise<Discovery> {
  const document = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`);
  const parsed = Discovery.safeParse(document);
  if (!parsed.success) throw unavailable(parsed.error);
  if (parsed.data.issuer !== issuer) throw unavailable(new Error(`${issuer} calls itself ${parsed.data.issuer}`));
  const urls = [parsed.data.authorization_endpoint, parsed.data.token_endpoint, parsed.data.jwks_uri];
  if (issuer.startsWith('https:') && urls.some((url) => !url.startsWith('https:'))) {
    throw unavailable(new Error(`${issuer} names an endpoint without TLS`));
  }
  return parsed.data;
}

async function fetchJson(url: string, headers: Record<string, string> = {}): Promise<unknown> {
  try {
    const signal = AbortSignal.timeout(TIMEOUT_MS);
    const response = await fetch(url, { headers: { accept: 'application/json', ...headers }, signal });
    if (!response.ok) throw new Error(`${url} answered ${response.status}`);
    return await response.json();
  } catch (error) {
    throw unavailable(error);
  }
}

/** Exchanges the code at the provider's token endpoint. */
async function redeem(
  client: OAuth2Client,
  endpoints: Discovery,
  { code, codeVerifier }: { code: string; codeVerifier: string },
): Promise<{ idToken: string; accessToken: string }> {
  try {
    const exchange = client.validateAuthorizationCode(endpoints.token_endpoint, code, codeVerifier);
    const tokens = await withinTimeout(exchange);
    return { idToken: tokens.idToken(), accessToken: tokens.accessToken() };
  } catch (error) {
    // OAuth2RequestError says so properly; UnexpectedErrorResponseBodyError is a 400 or 401 in words of its own.
    // Either way the provider has looked at the code and refused it.
    const status = error instanceof Error && 'status' in error ? error.status : undefined;
    const failed = error instanceof ArcticFetchError || error instanceof TimeoutError;
    throw failed || (typeof status === 'number' && status >= 402)
      ? unavailable(error)
      : refuse('oauth_code_invalid', { cause: error });
  }
}

class TimeoutError extends Error {}

/** arctic's requests take no signal. */
async function withinTimeout<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new TimeoutError('The token endpoint did not answer.')), TIMEOUT_MS);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}

/** Not a word about the token: its keys could not be fetched. */
function isKeyFetchFailure(error: unknown): boolean {
  if (error instanceof joseErrors.JWKSTimeout) return true;
  if (error instanceof joseErrors.JOSEError) return error.code === 'ERR_JOSE_GENERIC';
  return error instanceof TypeError;
}

/** Providers may keep the address out of the id token and give it at the userinfo endpoint instead. */
async function withUserInfo(claims: JWTPayload, endpoints: Discovery, accessToken: string): Promise<JWTPayload> {
  if (claims['email'] !== undefined || endpoints.userinfo_endpoint === undefined) return claims;
  const info = await fetchJson(endpoints.userinfo_endpoint, { authorization: `Bearer ${accessToken}` });
  const parsed = UserInfo.safeParse(info);
  return parsed.data?.sub === claims.sub ? { ...parsed.data, ...claims } : claims;
}

function toProvenIdentity(issuer: string, claims: JWTPayload): ProvenIdentity {
  const { sub = '', email, email_verified: verified, name } = claims;
  if (sub === '' || sub.length > 255) throw refuse('oauth_code_invalid');
  return {
    provider: `oidc:${sha256Hex(issuer).slice(0, 32)}`,
    subject: sub,
    email: typeof email === 'string' ? email : undefined,
    emailVerified: verified === true || verified === 'true',
    name: typeof name === 'string' ? name : undefined,
  };
}
