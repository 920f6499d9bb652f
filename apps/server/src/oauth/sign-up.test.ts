import type { TestRuntime } from '@cartwright/api/testing';
import { takeMails } from '@cartwright/api/testing/mailbox';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { comeBack, LocalProvider } from '../../test/local-provider.ts';
import { registerPerson, send } from '../../test/people.ts';
import { createApp } from '../app.ts';

/* What comes after a provider that does not vouch for an address: the person proves one by a code. */

const provider = new LocalProvider();
let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
let email: string;

beforeAll(async () => {
  await provider.start();
  runtime = await provider.runtime({ LIMIT_AUTH_PER_MINUTE: '0', TRUSTED_PROXIES: '1' });
});
afterAll(async () => {
  await runtime.dispose();
  await provider.stop();
});
beforeEach(() => {
  app = createApp(runtime);
  provider.reset();
  provider.claims['email_verified'] = false;
  email = String(provider.claims['email']);
  runtime.clock.set(new Date());
});

interface Problem {
  code: string;
  details: { signUp: string; email?: string };
}
const signIn = async () => comeBack(app, await provider.leave(app));

/** Comes back from the provider, and is told how to go on. */
async function begin(): Promise<string> {
  const response = await signIn();
  const problem = (await response.json()) as Problem;
  expect([response.status, problem.code]).toEqual([403, 'email_not_verified']);
  return problem.details.signUp;
}
const askCode = (body: object) => send(app, { method: 'POST', path: '/v1/auth/sign-up/code', body });
const finish = (body: object) => send(app, { method: 'POST', path: '/v1/auth/sign-up', body });

/** The mails are read by the owner of the address. */
async function codeIn(to: string): Promise<string> {
  const mails = (await takeMails(runtime)).filter((mail) => mail.to === to);
  return mails.map(({ text }) => /^\d{8}$/m.exec(text)?.[0] ?? '').join();
}
async function codeFor(signUp: string, to = email): Promise<string> {
  expect(await askCode({ signUp, email: to })).toEqual({ status: 202, body: {} });
  return codeIn(to);
}
const other = (code: string) => String((Number(code) + 1) % 100_000_000).padStart(8, '0');
const state = () =>
  querySql(
    runtime.databaseUrl,
    'select (select count(*) from users) users, (select count(*) from identities) identities, (select count(*) from sessions) sessions',
  );

/** The attempt is refused with `code`, and makes and opens nothing. */
async function refused(attempt: () => Promise<{ status: number; body: object }>, code: string): Promise<void> {
  const before = await state();
  expect((await attempt()).body).toMatchObject({ code });
  expect(await state()).toEqual(before);
}

describe('a sign-up', () => {
  test('makes a verified account of the address, which the identity opens from then on', async () => {
    const signUp = await begin();
    const code = await codeFor(signUp);
    const { status, body } = await finish({ signUp, email, code });
    expect([status, body]).toEqual([
      200,
      {
        user: expect.objectContaining({ email, emailVerified: true, name: 'Ada', roles: ['customer'] }),
        accessToken: expect.any(String),
        refreshToken: expect.any(String),
        expiresIn: 300,
      },
    ]);
    const again = await signIn();
    expect(again.status).toBe(200);
    expect(await again.json()).toMatchObject({ user: body['user'] });
  });

  test('may be of another address than the provider named, written in any case', async () => {
    const signUp = await begin();
    const mine = `mine.${email}`;
    const code = await codeFor(signUp, mine);
    const { body } = await finish({ signUp, email: mine.toUpperCase(), code });
    expect(body).toMatchObject({ user: { email: mine, emailVerified: true } });
  });

  test('is offered where the provider names no address', async () => {
    provider.claims['email'] = undefined;
    const problem = (await (await signIn()).json()) as Problem;
    expect(problem.details).toEqual({ signUp: expect.any(String) });
  });

  test('can end with cookies', async () => {
    const signUp = await begin();
    const code = await codeFor(signUp);
    const response = await app.request('/v1/auth/sign-up', {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin: runtime.config.publicUrl },
      body: JSON.stringify({ signUp, email, code, session: 'cookie' }),
    });
    expect(await response.json()).toMatchObject({ accessToken: null, csrfToken: expect.any(String) });
    expect(response.headers.getSetCookie()).toHaveLength(2);
  });

  test('of an address that has an account takes nothing over, and says so in a mail only', async () => {
    const owner = await registerPerson(app, runtime, { email });
    await takeMails(runtime);
    const signUp = await begin();
    expect(await codeFor(signUp)).toBe('');
    const mails = runtime.mailer.sent.filter(({ to }) => to === email);
    expect(mails.at(-1)?.subject).toBe('You already have an account');
    for (const code of ['00000000', '12345678']) {
      await refused(() => finish({ signUp, email, code }), 'sign_up_code_invalid');
    }
    const identities = 'select 1 from identities where user_id = $1';
    expect(await querySql(runtime.databaseUrl, identities, [owner.id])).toEqual([]);
  });

  test('whose address got an account meanwhile takes nothing over', async () => {
    const signUp = await begin();
    const code = await codeFor(signUp);
    await registerPerson(app, runtime, { email });
    await refused(() => finish({ signUp, email, code }), 'account_exists');
  });

  test('is finished once, however many try at once', async () => {
    const signUp = await begin();
    const code = await codeFor(signUp);
    const answers = await Promise.all(Array.from({ length: 50 }, () => finish({ signUp, email, code })));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    // More than ten at once are too many guesses.
    expect(answers.every(({ status }) => [200, 400, 429].includes(status))).toBe(true);
    await refused(() => finish({ signUp, email, code }), 'sign_up_invalid');
  });

  test('an identity that begins two has one account', async () => {
    const two = [await begin(), await begin()];
    const addresses = [email, `second.${email}`];
    const codes = [await codeFor(two[0] ?? '', addresses[0]), await codeFor(two[1] ?? '', addresses[1])];
    const answers = await Promise.all(two.map((signUp, n) => finish({ signUp, email: addresses[n], code: codes[n] })));
    const people = answers.flatMap(({ body }) => (body['user'] as { id: string } | undefined)?.id ?? []);
    expect(new Set(people).size).toBe(1);
    const accounts = await querySql(runtime.databaseUrl, 'select 1 from users where email = any($1)', [addresses]);
    expect(accounts).toHaveLength(1);
  });
});

describe('a code', () => {
  test('is good for its sign-up and its address only', async () => {
    const [mine, theirs] = [await begin(), await begin()];
    const code = await codeFor(mine);
    await refused(() => finish({ signUp: theirs, email, code }), 'sign_up_code_invalid');
    await refused(() => finish({ signUp: mine, email: `x${email}`, code }), 'sign_up_code_invalid');
    await refused(() => finish({ signUp: mine, email, code: other(code) }), 'sign_up_code_invalid');
    expect((await finish({ signUp: mine, email, code })).status).toBe(200);
  });

  test('is too late after a quarter of an hour', async () => {
    const signUp = await begin();
    const code = await codeFor(signUp);
    runtime.clock.advance(901);
    await refused(() => finish({ signUp, email, code }), 'sign_up_invalid');
    expect((await askCode({ signUp, email })).body).toMatchObject({ code: 'sign_up_invalid' });
  });

  test('is mailed five times in an hour at most, and the answer stays the same', async () => {
    const signUp = await begin();
    for (let n = 0; n < 8; n += 1) expect(await askCode({ signUp, email })).toEqual({ status: 202, body: {} });
    expect((await takeMails(runtime)).filter(({ to }) => to === email)).toHaveLength(5);
  });

  test.each([
    ['nothing', ''],
    ['a letter', 'x'],
    ['too much', 'x'.repeat(5_000)],
    ['a path', '../../etc/passwd'],
  ])('is not sent for a sign-up that is none: %s', async (_name, signUp) => {
    const { status, body } = await askCode({ signUp, email });
    expect([status, ['invalid_input', 'sign_up_invalid'].includes(String(body['code']))]).toEqual([400, true]);
    expect(await takeMails(runtime)).toEqual([]);
  });

  test('neither the address nor the code is written down', async () => {
    const signUp = await begin();
    const code = await codeFor(signUp);
    const rows = await querySql(
      runtime.databaseUrl,
      "select payload::text as text from outbox where topic = 'user.sign_up_code'",
    );
    expect(rows.length).toBeGreaterThan(0);
    expect(JSON.stringify(rows)).not.toContain(code);
    expect(JSON.stringify(rows)).not.toContain(email);
  });

  test('cannot be guessed: ten wrong ones from anywhere, and the right one has to wait', async () => {
    const signUp = await begin();
    const code = await codeFor(signUp);
    const from = async (address: string, guess: string) => {
      const response = await app.request('/v1/auth/sign-up', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-forwarded-for': address },
        body: JSON.stringify({ signUp, email, code: guess }),
      });
      return ((await response.json()) as { code: string }).code;
    };
    let wrong = code;
    const answers: string[] = [];
    for (let n = 0; n < 30; n += 1) {
      wrong = other(wrong);
      answers.push(await from(`192.0.2.${n}`, wrong));
    }
    const wrongOnes = answers.filter((answer) => answer === 'sign_up_code_invalid');
    // Two of the ten are kept for where the account is known, and it is known nowhere.
    expect(wrongOnes).toHaveLength(8);
    expect(answers.slice(8)).toEqual(Array(22).fill('rate_limited'));
    expect(await from('192.0.2.99', code)).toBe('rate_limited');
    const found = 'select 1 from users where email = $1';
    expect(await querySql(runtime.databaseUrl, found, [email])).toEqual([]);
  });
});
