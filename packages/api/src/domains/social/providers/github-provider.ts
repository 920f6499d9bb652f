import { CodeChallengeMethod, OAuth2Client } from 'arctic';
import { z } from 'zod';
import { fetchJson } from './fetch-json.ts';
import type { IdentityProvider, ProviderOptions } from './identity-provider.ts';
import { provenIdentity } from './proven-identity.ts';
import { readCode } from './read-code.ts';
import { redeemCode } from './redeem-code.ts';
import { unavailable } from './unavailable.ts';

const ISSUER = 'https://github.com/login/oauth';
const AUTHORIZE = 'https://github.com/login/oauth/authorize';
const TOKEN = 'https://github.com/login/oauth/access_token';
const API = 'https://api.github.com';

const User = z.object({ id: z.int().positive(), name: z.string().nullish() });
const Emails = z.array(z.object({ email: z.string(), primary: z.boolean(), verified: z.boolean() }));

/** GitHub is no OpenID Connect provider: who it is, is asked of its API with the access token. */
export function createGitHubProvider(options: ProviderOptions): IdentityProvider {
  const { clientId, clientSecret, redirectUri } = options;
  // arctic's own GitHub client leaves PKCE out, which GitHub has.
  const client = new OAuth2Client(clientId, clientSecret, redirectUri);
  return {
    name: 'github',
    key: 'github',
    answersBy: 'query',

    async authorizationUrl({ state, codeVerifier }) {
      const scopes = ['user:email'];
      return client.createAuthorizationURLWithPKCE(AUTHORIZE, state, CodeChallengeMethod.S256, codeVerifier, scopes);
    },

    async identify({ codeVerifier }, answer) {
      const code = readCode(answer, { isIssuer: (iss) => iss === ISSUER });
      const exchange = client.validateAuthorizationCode(TOKEN, code, codeVerifier);
      const accessToken = await redeemCode(exchange, (tokens) => tokens.accessToken());
      const [user, emails] = await Promise.all([
        ask(User, '/user', accessToken),
        ask(Emails, '/user/emails', accessToken),
      ]);
      const address = emails.find(({ primary }) => primary);
      const { email, verified: emailVerified = false } = address ?? {};
      return provenIdentity('github', { subject: String(user.id), email, emailVerified, name: user.name });
    },
  };
}

async function ask<T>(shape: z.ZodType<T>, path: string, accessToken: string): Promise<T> {
  const answer = await fetchJson(`${API}${path}`, {
    accept: 'application/vnd.github+json',
    authorization: `Bearer ${accessToken}`,
    'user-agent': 'cartwright',
    'x-github-api-version': '2022-11-28',
  });
  const parsed = shape.safeParse(answer);
  if (!parsed.success) throw unavailable(parsed.error);
  return parsed.data;
}
