import type { Clock } from '../../../kit/clock.ts';
import type { Config } from '../../../runtime/config.ts';
import { createAppleProvider } from './apple-provider.ts';
import { createFacebookProvider } from './facebook-provider.ts';
import { createGitHubProvider } from './github-provider.ts';
import { createGoogleProvider } from './google-provider.ts';
import type { IdentityProvider, IdentityProviders } from './identity-provider.ts';
import { createMicrosoftProvider } from './microsoft-provider.ts';
import { createOidcProvider } from './oidc-provider.ts';

/** Those that the configuration switches on. */
export function createIdentityProviders(
  { social, publicUrl }: Pick<Config, 'social' | 'publicUrl'>,
  clock: Clock,
): IdentityProviders {
  // Exactly what is registered at the provider: nothing of a request has a say in it.
  const at = (name: string) => ({ redirectUri: `${publicUrl}/auth/${name}/callback`, clock });
  const { google, github, microsoft, apple, facebook, oidc } = social;
  const providers: (IdentityProvider | undefined)[] = [
    google && createGoogleProvider({ ...google, ...at('google') }),
    github && createGitHubProvider({ ...github, ...at('github') }),
    microsoft && createMicrosoftProvider({ ...microsoft, ...at('microsoft') }),
    apple && createAppleProvider({ ...apple, ...at('apple') }),
    facebook && createFacebookProvider({ ...facebook, ...at('facebook') }),
    ...oidc.map((client) => createOidcProvider({ ...client, ...at(client.name) })),
  ];
  return new Map(providers.flatMap((provider) => (provider ? [[provider.name, provider] as const] : [])));
}
