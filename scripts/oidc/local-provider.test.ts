import { makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { createApp } from '@cartwright/server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type LocalProvider, startLocalProvider } from './local-provider.ts';

let provider: LocalProvider;
let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;

beforeAll(async () => {
  provider = await startLocalProvider({ port: 0, email: 'ada@example.com', verified: true });
  const settings = { OIDC_ISSUER: provider.issuer, OIDC_CLIENT_ID: 'cartwright', OIDC_CLIENT_SECRET: 'development' };
  runtime = await makeTestRuntime({ env: settings });
  // The provider lives in real time.
  runtime.clock.set(new Date());
  app = createApp(runtime);
});
afterAll(async () => {
  await runtime.dispose();
  await provider.stop();
});

/** Signs in the way a browser does; `wish` is what is done on the page of the provider. */
async function signIn(wish: string): Promise<Response> {
  const begun = await app.request('/auth/oidc');
  const cookie = begun.headers.get('set-cookie')?.split(';')[0] ?? '';
  let location = `${begun.headers.get('location')}&${wish}`;
  while (location.startsWith(provider.issuer)) {
    const page = await fetch(location, { redirect: 'manual' });
    location = new URL(page.headers.get('location') ?? 'about:blank', provider.issuer).href;
  }
  const { pathname, search } = new URL(location);
  return app.request(`${pathname}${search}`, { headers: { cookie } });
}

test('vouches for the address that was typed in, and for the same person again', async () => {
  const first = (await (await signIn('email=grace@example.com')).json()) as { user: { id: string } };
  expect(first).toMatchObject({ user: { email: 'grace@example.com', name: 'grace' } });
  expect(await (await signIn('email=grace@example.com')).json()).toMatchObject({ user: { id: first.user.id } });
  expect(await (await signIn('email=ada@example.com')).json()).toMatchObject({ user: { email: 'ada@example.com' } });
});

test('can be declined', async () => {
  const response = await signIn('decline=1');
  expect(response.status).toBe(403);
  expect(await response.json()).toMatchObject({ code: 'oauth_denied' });
});

test('asks on a page that suggests an address and carries what it was asked, escaped', async () => {
  const page = await (await fetch(`${provider.issuer}/sign-in?state=%22%3E%3Cscript%3E`)).text();
  expect(page).toContain('value="ada@example.com"');
  expect(page).toContain('<input type="hidden" name="state" value="&#34;&#62;&#60;script&#62;">');
});
