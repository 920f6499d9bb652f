import type { Clock } from '../../../kit/clock.ts';

/** What a sign-in has to remember between leaving for the provider and coming back. */
export interface SignInSecrets {
  state: string;
  nonce: string;
  codeVerifier: string;
}

/** What the browser brought back: the parameters of the authorization answer that anybody reads. */
export interface AuthorizationAnswer {
  state?: string | undefined;
  code?: string | undefined;
  iss?: string | undefined;
  error?: string | undefined;
  /** JSON about the person, from Apple, at the first sign-in only. Nobody has signed it. */
  user?: string | undefined;
}

/** What an identity provider says of a person, its signature having been checked. */
export interface ProvenIdentity {
  /** Names the issuer: a subject means something to its issuer only. */
  provider: string;
  subject: string;
  email: string | undefined;
  /** Whether the person is known to receive mail at the address today. */
  emailVerified: boolean;
  name: string | undefined;
}

/** Signing in through one provider: authorization code flow, PKCE S256 and nonce where the provider has them. */
export interface IdentityProvider {
  /** The last part of its path, `/auth/{name}`. */
  readonly name: string;
  /** What its identities are kept under. */
  readonly key: string;
  /** How the browser comes back: by GET with a query, or by POST with a form. */
  readonly answersBy: 'query' | 'form';
  /** Where to send the browser. Throws `identity_provider_unavailable`. */
  authorizationUrl(secrets: SignInSecrets): Promise<URL>;
  /**
   * Who came back; the caller has compared the state. Throws `oauth_denied`, `oauth_state_invalid` when the answer is
   * another issuer's, `oauth_code_invalid` when the provider or its token does not confirm the person,
   * `identity_provider_unavailable`.
   */
  identify(secrets: SignInSecrets, answer: AuthorizationAnswer): Promise<ProvenIdentity>;
}

/** The providers of a store, by name. */
export type IdentityProviders = ReadonlyMap<string, IdentityProvider>;

/** What every one of them needs. */
export interface ProviderOptions {
  clientId: string;
  clientSecret: string;
  redirectUri: string;
  clock: Clock;
}
