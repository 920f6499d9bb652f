import { statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTestClock, makeTestRuntime, silentLog, type TestRuntime } from '@cartwright/api/testing';
import { takeMails, tokenIn } from '@cartwright/api/testing/mailbox';
import { codeFor } from '@cartwright/api/testing/people';
import { freePort, querySql } from '@cartwright/db/testing';
import type { BrowserContext, Page } from 'playwright-core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createApp, type RunningServer, startServer } from '../src/index.ts';
import { hasChromium, openChromium } from './chromium.ts';
import { LocalProvider } from './local-provider.ts';
import { serverConfig } from './server-config.ts';

const codeNow = (secret: string) => codeFor({ clock: { now: () => new Date() } }, secret);
const PASSWORD = 'correct horse battery staple';
/** Another process on the database of the server: it sends the mails. */
let runtime: TestRuntime;
const provider = new LocalProvider();
let server: RunningServer;
/** `http://localhost:<port>`: passkeys need a name, and 127.0.0.1 is none. */
let store: string;
beforeAll(async () => {
  runtime = await makeTestRuntime({ clock: createTestClock(new Date()) });
  const port = await freePort();
  store = `http://localhost:${port}`;
  await provider.start();
  const env = { PORT: String(port), PUBLIC_URL: store, ...provider.settings };
  server = await startServer(serverConfig({ url: runtime.databaseUrl }, env), { log: silentLog });
});
afterAll(async () => {
  await server.close();
  await provider.stop();
  await runtime.dispose();
});

test('the page and its files come from this server alone, under a policy without inline scripts', async () => {
  const page = await fetch(`${server.url}/sign-in`);
  const html = await page.text();
  expect(page.headers.get('content-security-policy')).toContain(
    "default-src 'none'; script-src 'self'; style-src 'self'; ",
  );
  expect(html).not.toMatch(/https?:|<script>|<style| style=| on\w+=/);
  const files = [...html.matchAll(/(?:src|href)="(\/[^"]+)"/g)].map(([, file]) => file);
  expect(files).toEqual(['/sign-in/page.css', '/sign-in/page.js']);
  for (const file of files) expect([file, (await fetch(`${server.url}${file}`)).status]).toEqual([file, 200]);
  expect(await (await fetch(`${server.url}/account/reset-password`)).text()).toBe(html);
});

test('production has no such page', async () => {
  const production = createApp({ ...runtime, config: { ...runtime.config, production: true } });
  const outside = createApp(runtime);
  for (const path of ['/sign-in', '/sign-in/page.js', '/sign-in/page.css', '/account/reset-password']) {
    expect([path, (await outside.request(path)).status, (await production.request(path)).status]).toEqual([
      path,
      200,
      404,
    ]);
  }
});

describe.skipIf(!hasChromium)('in Chromium', () => {
  let context: BrowserContext;
  let close: () => Promise<void>;
  let page: Page;
  let troubles: string[];
  let sequence = 0;
  beforeAll(async () => {
    ({ context, close } = await openChromium());
  });
  afterAll(() => close());

  beforeEach(async () => {
    for (const each of context.pages().slice(1)) await each.close();
    await context.clearCookies();
    page = await context.newPage();
    page.setDefaultTimeout(10_000);
    troubles = [];
    page.on('pageerror', (error) => troubles.push(error.message));
    page.on('console', (message) => {
      // A refusal that the page handles is logged by the browser too.
      if (message.type() === 'error' && !/status of 4\d\d/.test(message.text())) troubles.push(message.text());
    });
    page.on('request', (request) => {
      const { protocol, origin } = new URL(request.url());
      if (protocol !== 'data:' && ![store, new URL(provider.issuer).origin].includes(origin))
        troubles.push(request.url());
    });
    // A phone that recognises its owner, as far as the browser can tell.
    const devtools = await context.newCDPSession(page);
    await devtools.send('WebAuthn.enable');
    await devtools.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    });
    await page.goto(`${store}/sign-in`);
    await page.locator('#guest').waitFor();
  });

  const click = (name: string) => page.locator('section:visible').getByRole('button', { name, exact: true }).click();
  const said = (text: string) => page.locator('#message', { hasText: text }).waitFor();

  /** Somebody who has just opened an account, and is logged in. */
  async function register(): Promise<string> {
    sequence += 1;
    const email = `shopper${sequence}@example.com`;
    await page.getByText('Open an account').click();
    const form = page.locator('form[data-do=register]');
    await form.locator('[name=email]').fill(email);
    await form.locator('[name=password]').fill(PASSWORD);
    await form.locator('button').click();
    await loggedInAs(email);
    return email;
  }

  async function loggedInAs(email: string): Promise<void> {
    await page.locator('#member').waitFor();
    expect(await page.locator('#email').textContent()).toBe(email);
  }

  async function logOut(): Promise<void> {
    await click('Log out');
    await page.locator('#guest').waitFor();
  }

  async function logInByPassword(email: string, password = PASSWORD): Promise<void> {
    const form = page.locator('form[data-do=logIn]');
    await form.locator('[name=email]').fill(email);
    await form.locator('[name=password]').fill(password);
    await form.locator('button').click();
  }

  async function addPasskey(): Promise<void> {
    await click('Add a passkey');
    await said('The passkey was added.');
  }

  const lastAmr = async () =>
    (
      await querySql<{ amr: string[] }>(
        runtime.databaseUrl,
        'select amr from sessions order by created_at desc limit 1',
      )
    )[0]?.amr;

  test('somebody registers, adds a passkey, and logs in with it alone', async () => {
    const email = await register();
    await addPasskey();
    expect((await page.locator('#codes pre').textContent())?.split('\n')).toHaveLength(10);
    expect(await page.locator('#factors li').count()).toBe(1);
    expect(await page.locator('#totp').isVisible()).toBe(false);
    const screenshot = join(tmpdir(), 'cartwright-sign-in.png');
    await page.screenshot({ path: screenshot });
    expect(statSync(screenshot).size).toBeGreaterThan(5_000);
    await logOut();
    await click('Log in with a passkey');
    await loggedInAs(email);
    expect(await lastAmr()).toEqual(['hwk', 'user', 'mfa']);
    // The session is in cookies, and survives a reload.
    await page.reload();
    await loggedInAs(email);
    expect(troubles).toEqual([]);
  });

  test('a passkey is the second factor after the password', async () => {
    const email = await register();
    await addPasskey();
    await logOut();
    await logInByPassword(email);
    await click('Use a passkey');
    await loggedInAs(email);
    expect(await lastAmr()).toEqual(['pwd', 'hwk', 'user', 'mfa']);
    expect(troubles).toEqual([]);
  });

  test('an authenticator app and its recovery codes are, too', async () => {
    const email = await register();
    await click('Add an authenticator app');
    await page.locator('#totp').waitFor();
    const secret = (await page.locator('#totp-secret').textContent()) ?? '';
    expect(await page.locator('#totp-uri').getAttribute('href')).toContain(`otpauth://totp/Cartwright:`);
    await page.locator('#totp [name=code]').fill(codeNow(secret));
    await click('Confirm');
    await said('The authenticator app was added.');
    const [recoveryCode = ''] = ((await page.locator('#codes pre').textContent()) ?? '').split('\n');
    await logOut();

    await logInByPassword(email);
    await page.locator('#proof [name=proof]').fill('000000');
    await click('Continue');
    await said('The code is wrong, or was used before.');
    await page.locator('#proof [name=proof]').fill(recoveryCode);
    await click('Continue');
    await loggedInAs(email);
    expect(await page.locator('#codes-left').textContent()).toBe('9 recovery codes are left.');
    expect(await lastAmr()).toEqual(['pwd', 'otp', 'mfa']);

    await querySql(runtime.databaseUrl, 'update totp_factors set last_step = 0');
    await logOut();
    await logInByPassword(email);
    await page.locator('#proof [name=proof]').fill(codeNow(secret));
    await click('Continue');
    await loggedInAs(email);
    expect(troubles).toEqual([]);
  });

  test('what is dangerous asks for a proof first when the log-in is old', async () => {
    const email = await register();
    await querySql(runtime.databaseUrl, `update sessions set authenticated_at = now() - interval '1 hour'`);
    await page.reload();
    await loggedInAs(email);
    await click('Add a passkey');
    await page.locator('#proof [name=proof]').fill(PASSWORD);
    await click('Continue');
    await said('The passkey was added.');

    await querySql(runtime.databaseUrl, `update sessions set authenticated_at = now() - interval '1 hour'`);
    await page.reload();
    await loggedInAs(email);
    await click('Remove');
    await click('Use a passkey');
    await said('Removed.');
    expect(await page.locator('#factors li').count()).toBe(0);
    expect(troubles).toEqual([]);
  });

  test('the link of a mail leads to it, and leaves no token in the address bar', async () => {
    const email = await register();
    await logOut();
    await takeMails(runtime);
    await page.getByText('Password forgotten').click();
    await page.locator('form[data-do=forgotPassword] [name=email]').fill(email);
    await click('Send me a link');
    await said('If the address has an account, a mail is on its way.');
    const token = tokenIn(await takeMails(runtime));
    await page.goto(`${store}/account/reset-password#token=${token}`);
    await page.locator('#link [name=password]').fill('the choice of the owner');
    expect(page.url()).toBe(`${store}/account/reset-password`);
    await click('Go on');
    await said('Done.');
    await logInByPassword(email, 'the choice of the owner');
    await loggedInAs(email);
    expect(troubles).toEqual([]);
  });

  test('the local provider logs in, and the passkey is asked for as well once there is one', async () => {
    provider.reset();
    const email = String(provider.claims['email']);
    const signIn = () => page.getByRole('link', { name: 'Sign in with the local provider' }).click();
    await signIn();
    await loggedInAs(email);
    expect(page.url()).toBe(`${store}/sign-in`);
    await addPasskey();
    await logOut();
    await signIn();
    await click('Use a passkey');
    await loggedInAs(email);
    expect(page.url()).toBe(`${store}/sign-in`);
    expect(await lastAmr()).toEqual(['fed', 'hwk', 'user', 'mfa']);
    expect(troubles).toEqual([]);
  });
});
