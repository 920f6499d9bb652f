import { makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { openAccount } from '@cartwright/api/testing/accounts';
import { accountRows, takeMails } from '@cartwright/api/testing/mailbox';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';

let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
beforeAll(async () => {
  runtime = await makeTestRuntime({
    env: { STOREFRONT_URL: 'https://shop.example/de', TRUSTED_PROXIES: '2', LIMIT_MAILS_PER_HOUR: '0' },
  });
  app = createApp(runtime);
});
afterAll(() => runtime.dispose());

const POISON = [
  { host: 'evil.example' },
  { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https' },
  { host: 'shop.example:80@evil.example' },
  { forwarded: 'for=192.0.2.1;host=evil.example;proto=https' },
  { 'x-host': 'evil.example', 'x-original-host': 'evil.example', 'x-forwarded-server': 'evil.example' },
  { origin: 'https://evil.example', referer: 'https://evil.example/account/' },
  { 'x-original-url': 'https://evil.example/', 'x-rewrite-url': '/evil.example' },
];

test.each(POISON)('links lead to the configured storefront, whatever a request says: %j', async (headers) => {
  const account = await openAccount(runtime, { verified: false });
  const authorization = `Bearer ${account.accessToken}`;
  const requests: [string, object][] = [
    ['/v1/auth/register', { email: `new-${account.email}`, password: 'a password in every test' }],
    ['/v1/auth/register', { email: account.email, password: 'a password in every test' }],
    ['/v1/auth/resend-verification', { email: account.email }],
    ['/v1/auth/forgot-password', { email: account.email }],
    ['/v1/me/email', { email: `moved-${account.email}` }],
  ];
  for (const [path, body] of requests) {
    const response = await app.request(`http://evil.example${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', authorization, ...headers },
      body: JSON.stringify(body),
    });
    expect(response.status, path).toBe(202);
    expect(await response.text()).toBe('{}');
  }
  const mails = await takeMails(runtime);
  expect(mails).toHaveLength(6);
  for (const { subject, text, html } of mails) {
    expect(text + html).not.toContain('evil');
    const links = [...text.matchAll(/^https?:\S+$/gm)].map(([url]) => new URL(url));
    expect(links.length, subject).toBeGreaterThan(0);
    for (const { origin, pathname } of links) {
      expect([origin, pathname]).toEqual(['https://shop.example', expect.stringMatching(/^\/de\/account\/[a-z-]+$/)]);
    }
  }
});

test.each(['verify-email', 'reset-password', 'confirm-email-change'])(
  '%s takes nothing for a token that is none',
  async (action) => {
    const before = await accountRows(runtime);
    for (const token of ['', ' ', null, undefined, 0, true, [], {}, [''], 'x'.repeat(10_000)]) {
      const response = await app.request(`/v1/auth/${action}`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ token, ...(action === 'reset-password' && { password: 'a long enough password' }) }),
      });
      expect(response.status, JSON.stringify(token)).toBe(400);
    }
    expect(await accountRows(runtime)).toEqual(before);
  },
);
