import { createHmac } from 'node:crypto';
import { Facebook } from 'arctic';
import { z } from 'zod';
import { fetchJson } from './fetch-json.ts';
import type { IdentityProvider, ProviderOptions } from './identity-provider.ts';
import { provenIdentity } from './proven-identity.ts';
import { readCode } from './read-code.ts';
import { redeemCode } from './redeem-code.ts';
import { unavailable } from './unavailable.ts';

const ISSUER = 'https://www.facebook.com';
const ME = 'https://graph.facebook.com/me';

const Me = z.object({ id: z.string(), name: z.string().optional(), email: z.string().optional() });

/** Facebook has neither PKCE nor a nonce for its code flow; state and the app's secret bind it. */
export function createFacebookProvider(options: ProviderOptions): IdentityProvider {
  const { clientId, clientSecret, redirectUri } = options;
  const client = new Facebook(clientId, clientSecret, redirectUri);
  return {
    name: 'facebook',
    key: 'facebook',
    answersBy: 'query',

    async authorizationUrl({ state }) {
      return client.createAuthorizationURL(state, ['email', 'public_profile']);
    },

    async identify(_secrets, answer) {
      const code = readCode(answer, { isIssuer: (iss) => iss === ISSUER });
      const accessToken = await redeemCode(client.validateAuthorizationCode(code), (tokens) => tokens.accessToken());
      const url = new URL(ME);
      url.searchParams.set('fields', 'id,name,email');
      url.searchParams.set('appsecret_proof', createHmac('sha256', clientSecret).update(accessToken).digest('hex'));
      const parsed = Me.safeParse(await fetchJson(url, { authorization: `Bearer ${accessToken}` }));
      if (!parsed.success) throw unavailable(parsed.error);
      const { id, email, name } = parsed.data;
      // Facebook does not say of any address whether it is verified.
      return provenIdentity('facebook', { subject: id, email, emailVerified: false, name });
    },
  };
}
