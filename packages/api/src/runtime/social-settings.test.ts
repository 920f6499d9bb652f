import { createPrivateKey, generateKeyPairSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from './config.ts';

const REQUIRED = { DATABASE_URL: 'postgres://localhost/x', AUTH_SECRET: 'a secret that only tests may have, 40 chars' };
const social = (env: Record<string, string>) => loadConfig({ ...REQUIRED, ...env }).social;
const pem = (namedCurve: string) =>
  String(generateKeyPairSync('ec', { namedCurve }).privateKey.export({ format: 'pem', type: 'pkcs8' }));

const ISSUER = { issuer: 'https://id.example', clientId: 'a', clientSecret: 'b' };
const APPLE = { APPLE_CLIENT_ID: 'a', APPLE_TEAM_ID: 'b', APPLE_KEY_ID: 'c' };

describe('the settings of identity providers', () => {
  test('switch on nobody when there are none, or empty ones', () => {
    const none = { google: undefined, github: undefined, microsoft: undefined, apple: undefined, facebook: undefined };
    expect(social({})).toEqual({ ...none, oidc: [] });
    expect(social({ GOOGLE_CLIENT_ID: '', GOOGLE_CLIENT_SECRET: '' })).toEqual({ ...none, oidc: [] });
  });

  test.each(['google', 'github', 'facebook'] as const)('switch on %s by id and secret', (name) => {
    const [id, secret] = [`${name.toUpperCase()}_CLIENT_ID`, `${name.toUpperCase()}_CLIENT_SECRET`];
    expect(social({ [id]: 'a', [secret]: 'b' })[name]).toEqual({ clientId: 'a', clientSecret: 'b' });
  });

  test('let every Microsoft account in unless a tenant is named', () => {
    const client = { MICROSOFT_CLIENT_ID: 'a', MICROSOFT_CLIENT_SECRET: 'b' };
    expect(social(client).microsoft).toEqual({ clientId: 'a', clientSecret: 'b', tenant: 'common' });
    expect(social({ ...client, MICROSOFT_TENANT: 'organizations' }).microsoft?.tenant).toBe('organizations');
  });

  test("read Apple's key from the text of its file, with line breaks or without", () => {
    const text = pem('P-256');
    for (const key of [text, text.replaceAll('\n', '\\n')]) {
      const { privateKey, ...rest } = social({ ...APPLE, APPLE_PRIVATE_KEY: key }).apple ?? {};
      expect(rest).toEqual({ clientId: 'a', teamId: 'b', keyId: 'c' });
      const read = createPrivateKey({ key: Buffer.from(privateKey ?? []), format: 'der', type: 'pkcs8' });
      expect(read.export({ format: 'pem', type: 'pkcs8' })).toBe(text);
    }
  });

  test('name one OpenID Connect provider, and any number of others', () => {
    const one = { OIDC_ISSUER: 'http://localhost:9400', OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b' };
    const others = JSON.stringify([{ name: 'staff-1', ...ISSUER }]);
    expect(social({ ...one, OIDC_PROVIDERS: others }).oidc).toEqual([
      { name: 'oidc', issuer: 'http://localhost:9400', clientId: 'a', clientSecret: 'b' },
      { name: 'staff-1', ...ISSUER },
    ]);
  });

  test.each([
    [{ GOOGLE_CLIENT_ID: 'a' }, 'GOOGLE_CLIENT_SECRET: missing'],
    [{ FACEBOOK_CLIENT_SECRET: 'a' }, 'FACEBOOK_CLIENT_ID: missing'],
    [{ OIDC_ISSUER: 'https://id.example' }, 'OIDC_CLIENT_ID, OIDC_CLIENT_SECRET: missing'],
    [{ ...APPLE }, 'APPLE_PRIVATE_KEY: missing'],
    [{ ...APPLE, APPLE_PRIVATE_KEY: 'x' }, 'APPLE_PRIVATE_KEY: not the text'],
    [{ ...APPLE, APPLE_PRIVATE_KEY: pem('P-384') }, 'APPLE_PRIVATE_KEY: not the text'],
    [{ OIDC_ISSUER: 'ftp://id.example', OIDC_CLIENT_ID: 'a', OIDC_CLIENT_SECRET: 'b' }, 'OIDC_ISSUER'],
    [{ MICROSOFT_TENANT: '../evil' }, 'MICROSOFT_TENANT'],
    [{ OIDC_PROVIDERS: '{' }, 'OIDC_PROVIDERS: not JSON'],
    [{ OIDC_PROVIDERS: '{}' }, 'OIDC_PROVIDERS'],
    [{ OIDC_PROVIDERS: JSON.stringify([{ name: 'A', ...ISSUER }]) }, 'OIDC_PROVIDERS.0.name'],
    [{ OIDC_PROVIDERS: JSON.stringify([{ name: 'a/b', ...ISSUER }]) }, 'OIDC_PROVIDERS.0.name'],
    [{ OIDC_PROVIDERS: JSON.stringify([{ name: 'google', ...ISSUER }]) }, 'the name google is taken'],
    [
      {
        OIDC_PROVIDERS: JSON.stringify([
          { name: 'a', ...ISSUER },
          { name: 'a', ...ISSUER },
        ]),
      },
      'the name a is taken',
    ],
    [{ OIDC_PROVIDERS: JSON.stringify([{ name: 'a', ...ISSUER, scope: 'x' }]) }, 'OIDC_PROVIDERS'],
  ])('are refused at the start: %j', (env, message) => {
    expect(() => social(env as Record<string, string>)).toThrow(ConfigError);
    expect(() => social(env as Record<string, string>)).toThrow(message);
  });
});
