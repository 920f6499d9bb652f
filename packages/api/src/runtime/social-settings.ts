import { createPrivateKey } from 'node:crypto';
import { z } from 'zod';

/** Names that are taken in `/auth/{name}`. */
const NAMED = ['google', 'github', 'microsoft', 'apple', 'facebook'];
const NAME = /^[a-z][a-z0-9-]{0,29}$/;

const text = z.string().min(1).optional();
const TENANT = /^(common|organizations|consumers|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/;

const OidcClient = z.strictObject({
  name: z.string().regex(NAME, 'a small letter, then small letters, digits and hyphens'),
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
});
type OidcClient = z.infer<typeof OidcClient>;

/** The settings of signing in elsewhere, as they are written in the environment. */
export const socialSettings = {
  GOOGLE_CLIENT_ID: text,
  GOOGLE_CLIENT_SECRET: text,
  GITHUB_CLIENT_ID: text,
  GITHUB_CLIENT_SECRET: text,
  MICROSOFT_CLIENT_ID: text,
  MICROSOFT_CLIENT_SECRET: text,
  MICROSOFT_TENANT: z.string().regex(TENANT, 'common, organizations, consumers or the id of a directory').optional(),
  APPLE_CLIENT_ID: text,
  APPLE_TEAM_ID: text,
  APPLE_KEY_ID: text,
  APPLE_PRIVATE_KEY: text,
  FACEBOOK_CLIENT_ID: text,
  FACEBOOK_CLIENT_SECRET: text,
  OIDC_ISSUER: z.url({ protocol: /^https?$/ }).optional(),
  OIDC_CLIENT_ID: text,
  OIDC_CLIENT_SECRET: text,
  OIDC_PROVIDERS: z
    .string()
    .transform((json, ctx) => {
      try {
        return JSON.parse(json) as unknown;
      } catch {
        ctx.addIssue({ code: 'custom', message: 'not JSON' });
        return z.NEVER;
      }
    })
    .pipe(z.array(OidcClient).max(20))
    .default([]),
};

interface Client {
  clientId: string;
  clientSecret: string;
}

/** Where people can sign in; what is absent is switched off. */
export interface SocialConfig {
  google: Client | undefined;
  github: Client | undefined;
  microsoft: (Client & { tenant: string }) | undefined;
  /** `privateKey` is PKCS #8. */
  apple: { clientId: string; teamId: string; keyId: string; privateKey: Uint8Array<ArrayBuffer> } | undefined;
  facebook: Client | undefined;
  oidc: readonly OidcClient[];
}

type Settings = z.infer<z.ZodObject<typeof socialSettings>>;

/** Throws a `TypeError` that names a setting which is missing beside others, or is no key, or a name that is taken. */
export function toSocialConfig(e: Settings): SocialConfig {
  const clientOf = (name: 'GOOGLE' | 'GITHUB' | 'MICROSOFT' | 'FACEBOOK') => {
    const [id, secret] = [`${name}_CLIENT_ID`, `${name}_CLIENT_SECRET`] as const;
    return all({ clientId: e[id], clientSecret: e[secret] }, [id, secret]);
  };
  const microsoft = clientOf('MICROSOFT');
  const { APPLE_CLIENT_ID: appleId, APPLE_TEAM_ID: teamId, APPLE_KEY_ID: keyId, APPLE_PRIVATE_KEY: pem } = e;
  const apple = all({ clientId: appleId, teamId, keyId, pem }, APPLE);
  const { OIDC_ISSUER: issuer, OIDC_CLIENT_ID: clientId, OIDC_CLIENT_SECRET: clientSecret } = e;
  const single = all({ issuer, clientId, clientSecret }, OIDC);
  const oidc = [...(single ? [{ name: 'oidc', ...single }] : []), ...e.OIDC_PROVIDERS];
  const names = [...NAMED, ...oidc.map(({ name }) => name)];
  const twice = names.find((name, index) => names.indexOf(name) !== index);
  if (twice !== undefined) throw new TypeError(`OIDC_PROVIDERS: the name ${twice} is taken`);
  return {
    google: clientOf('GOOGLE'),
    github: clientOf('GITHUB'),
    microsoft: microsoft && { ...microsoft, tenant: e.MICROSOFT_TENANT ?? 'common' },
    apple: apple && {
      clientId: apple.clientId,
      teamId: apple.teamId,
      keyId: apple.keyId,
      privateKey: pkcs8Of(apple.pem),
    },
    facebook: clientOf('FACEBOOK'),
    oidc,
  };
}

const APPLE = ['APPLE_CLIENT_ID', 'APPLE_TEAM_ID', 'APPLE_KEY_ID', 'APPLE_PRIVATE_KEY'];
const OIDC = ['OIDC_ISSUER', 'OIDC_CLIENT_ID', 'OIDC_CLIENT_SECRET'];

/** All values, or undefined when there are none. Some of them are a mistake that would switch a provider off. */
function all<T extends Record<string, string | undefined>>(
  values: T,
  names: readonly string[],
): { [K in keyof T]: string } | undefined {
  const missing = Object.values(values).flatMap((value, index) => (value === undefined ? [names[index]] : []));
  if (missing.length === names.length) return undefined;
  if (missing.length > 0) throw new TypeError(`${missing.join(', ')}: missing beside the others`);
  return values as { [K in keyof T]: string };
}

/** The text of Apple's `.p8` file, its line breaks possibly written as `\n`, as the bytes inside. */
function pkcs8Of(pem: string): Uint8Array<ArrayBuffer> {
  try {
    const key = createPrivateKey(pem.replaceAll('\\n', '\n'));
    if (key.asymmetricKeyDetails?.namedCurve !== 'prime256v1') throw new TypeError('not a P-256 key');
    return new Uint8Array(key.export({ format: 'der', type: 'pkcs8' }));
  } catch (error) {
    throw new TypeError('APPLE_PRIVATE_KEY: not the text of a .p8 file', { cause: error });
  }
}
