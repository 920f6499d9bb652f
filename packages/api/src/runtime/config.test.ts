import { describe, expect, test } from 'vitest';
import { ConfigError, loadConfig } from './config.ts';

const needed = { DATABASE_URL: 'postgres://localhost/none', AUTH_SECRET: 'x'.repeat(32) };
const webauthn = (env: Record<string, string | undefined>) => loadConfig({ ...needed, ...env }).webauthn;

describe('passkeys', () => {
  test('are made for the host of PUBLIC_URL and used on its pages and the storefront’s', () => {
    expect(webauthn({})).toEqual({ rpId: 'localhost', origins: ['http://localhost:3000'] });
    const urls = { PUBLIC_URL: 'https://shop.example/api/', STOREFRONT_URL: 'https://www.shop.example/de' };
    expect(webauthn(urls)).toEqual({
      rpId: 'shop.example',
      origins: ['https://shop.example', 'https://www.shop.example'],
    });
  });

  test('are for what the settings say where they say it', () => {
    const said = {
      WEBAUTHN_RP_ID: 'example.com',
      WEBAUTHN_ORIGINS: 'https://a.example.com/x, https://b.example.com:8443',
    };
    expect(webauthn(said)).toEqual({
      rpId: 'example.com',
      origins: ['https://a.example.com', 'https://b.example.com:8443'],
    });
  });

  test.each([
    { WEBAUTHN_RP_ID: 'https://shop.example' },
    { WEBAUTHN_RP_ID: 'Shop.Example' },
    { WEBAUTHN_ORIGINS: 'shop.example' },
    { WEBAUTHN_ORIGINS: '*' },
    { REQUIRE_STAFF_SECOND_FACTOR: 'maybe' },
  ])('cannot be set to %o', (env) => {
    expect(() => webauthn(env)).toThrow(ConfigError);
  });
});

test('staff need no second factor unless the setting says so', () => {
  expect(loadConfig(needed).requireStaffSecondFactor).toBe(false);
  expect(loadConfig({ ...needed, REQUIRE_STAFF_SECOND_FACTOR: '1' }).requireStaffSecondFactor).toBe(true);
});
