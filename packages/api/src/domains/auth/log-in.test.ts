import { querySql } from '@cartwright/db/testing';
import { hash as argon2Hash } from '@node-rs/argon2';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Ctx } from '../../context.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { createPasswordHasher } from './argon2-hasher.ts';
import { logIn } from './log-in.ts';
import { registerUser } from './register-user.ts';
import { createTurns } from './turns.ts';

const PASSWORD = 'correct horse battery staple';
let runtime: TestRuntime;
let sequence = 0;

beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

/** Each call comes from an address of its own, so that tests do not use up one another's allowance. */
function ctx(options: Partial<Ctx> = {}): Ctx {
  sequence += 1;
  return makeCtx(runtime, { clientAddress: `10.0.${sequence >> 8}.${sequence & 255}`, ...options });
}

async function register(): Promise<string> {
  sequence += 1;
  const email = `person${sequence}@example.com`;
  await registerUser(ctx(), { email, password: PASSWORD, name: 'Ada' });
  return email;
}

const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    (error) => error.code,
  );

describe('logging in', () => {
  test('answers the account and its tokens, and keeps only the hash of the session id', async () => {
    const email = await register();
    const answer = await logIn(ctx({ userAgent: 'Mozilla/5.0 (Test)' }), { email, password: PASSWORD });
    expect(answer).toEqual({
      user: {
        id: expect.any(String),
        email,
        emailVerified: false,
        name: 'Ada',
        roles: ['customer'],
        createdAt: runtime.clock.now(),
      },
      accessToken: expect.stringMatching(/^ey/),
      refreshToken: expect.stringMatching(/^[a-z0-9]{40}\.1\.[\w-]{43}$/),
      expiresIn: 300,
    });
    const [sessionId = ''] = answer.refreshToken.split('.');
    expect(await runtime.accessTokens.verify(answer.accessToken)).toEqual({
      kind: 'customer',
      userId: answer.user.id,
      authenticatedAt: runtime.clock.now(),
      sessionId,
    });
    const sessions = await querySql(runtime.databaseUrl, 'select * from sessions where user_id = $1', [answer.user.id]);
    expect(sessions).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-f]{64}$/),
        user_id: answer.user.id,
        generation: 1,
        rotated_at: runtime.clock.now(),
        created_at: runtime.clock.now(),
        expires_at: new Date(runtime.clock.now().getTime() + 30 * 86_400_000),
        user_agent: 'Mozilla/5.0 (Test)',
        authenticated_at: runtime.clock.now(),
        amr: ['pwd'],
        address: expect.stringMatching(/^10\./),
        impersonator_id: null,
        impersonator_session_id: null,
      },
    ]);
    expect(JSON.stringify(sessions)).not.toContain(sessionId);
  });

  test('refuses an unknown address, a wrong password, an account without one and a disabled one alike', async () => {
    const email = await register();
    const [disabled, passwordless] = [await register(), await register()];
    await querySql(runtime.databaseUrl, "update users set status = 'disabled' where email = $1", [disabled]);
    await querySql(runtime.databaseUrl, 'update users set password_hash = null where email = $1', [passwordless]);
    const before = await querySql(runtime.databaseUrl, 'select count(*) from sessions');
    const errors: unknown[] = [];
    for (const credentials of [
      { email, password: 'wrong password' },
      { email: 'nobody@example.com', password: PASSWORD },
      { email: disabled, password: PASSWORD },
      { email: passwordless, password: PASSWORD },
    ]) {
      errors.push(await logIn(ctx(), credentials).catch(({ code, message, details }) => ({ code, message, details })));
    }
    expect(new Set(errors.map((error) => JSON.stringify(error))).size).toBe(1);
    expect(errors[0]).toMatchObject({ code: 'credentials_invalid' });
    expect(await querySql(runtime.databaseUrl, 'select count(*) from sessions')).toEqual(before);
  });

  test('raises a hash of lower parameters, once', async () => {
    const email = await register();
    const old = await argon2Hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await querySql(runtime.databaseUrl, 'update users set password_hash = $2 where email = $1', [email, old]);
    const hashOf = () =>
      querySql<{ password_hash: string }>(runtime.databaseUrl, 'select password_hash from users where email = $1', [
        email,
      ]).then(([row]) => row?.password_hash);
    await logIn(ctx(), { email, password: PASSWORD });
    const raised = await hashOf();
    expect(raised).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    await logIn(ctx(), { email, password: PASSWORD });
    expect(await hashOf()).toBe(raised);
  });

  test('raises a hash when the configured cost rises, and leaves it when that falls', async () => {
    const email = await register();
    const hashOf = () =>
      querySql<{ password_hash: string }>(runtime.databaseUrl, 'select password_hash from users where email = $1', [
        email,
      ]).then(([row]) => row?.password_hash);
    const passwords = createPasswordHasher(undefined, { memoryKib: 20_480, passes: 3 });
    await logIn(ctx({ passwords }), { email, password: PASSWORD });
    const raised = await hashOf();
    expect(raised).toMatch(/^\$argon2id\$v=19\$m=20480,t=3,p=1\$/);
    await logIn(ctx(), { email, password: PASSWORD });
    expect(await hashOf()).toBe(raised);
  });

  test('does not fail because there is no room to raise the hash', async () => {
    const email = await register();
    const old = await argon2Hash(PASSWORD, { memoryCost: 8_192, timeCost: 1, parallelism: 1 });
    await querySql(runtime.databaseUrl, 'update users set password_hash = $2 where email = $1', [email, old]);
    const full = createPasswordHasher(createTurns({ atOnce: 0, maxWaiting: 0, maxWaitMs: 1 }));
    const passwords = { ...runtime.passwords, hash: full.hash };
    expect(await codeOf(logIn(ctx({ passwords }), { email, password: PASSWORD }))).toBe('ok');
  });

  test('answers at once when too many log in', async () => {
    const email = await register();
    const passwords = createPasswordHasher(createTurns({ atOnce: 0, maxWaiting: 0, maxWaitMs: 2_000 }));
    await expect(logIn(ctx({ passwords }), { email, password: PASSWORD })).rejects.toMatchObject({
      code: 'password_queue_full',
      retryAfterSeconds: 2,
    });
  });
});

describe('guessing', () => {
  /** The real thing, but as patient as a test on a busy machine must be. */
  const passwords = createPasswordHasher(createTurns({ atOnce: 2, maxWaiting: 100, maxWaitMs: 25_000 }));

  test('failures of an account from elsewhere close it, even to the right password, but not where its owner is', async () => {
    const email = await register();
    const home = { clientAddress: '203.0.113.1' };
    await logIn(ctx(home), { email, password: PASSWORD });
    for (let i = 0; i < 8; i += 1) {
      expect(await codeOf(logIn(ctx(), { email, password: `wrong ${i}` }))).toBe('credentials_invalid');
    }
    await expect(logIn(ctx(), { email, password: PASSWORD })).rejects.toMatchObject({
      code: 'rate_limited',
      kind: 'rate_limited',
      retryAfterSeconds: 900,
      details: { limit: 'login' },
    });
    for (let i = 0; i < 3; i += 1) {
      expect(await codeOf(logIn(ctx(home), { email, password: PASSWORD }))).toBe('ok');
    }
    runtime.clock.advance(900);
    expect(await codeOf(logIn(ctx(), { email, password: PASSWORD }))).toBe('ok');
  });

  test('ten failures of an address, whatever the account, close it to the eleventh, and to no account', async () => {
    const email = await register();
    const sprayer = { clientAddress: '192.0.2.7' };
    for (let i = 0; i < 10; i += 1) {
      expect(await codeOf(logIn(ctx(sprayer), { email: `spray${i}@example.com`, password: PASSWORD }))).toBe(
        'credentials_invalid',
      );
    }
    for (let i = 0; i < 15; i += 1) {
      expect(await codeOf(logIn(ctx(sprayer), { email, password: PASSWORD }))).toBe('rate_limited');
    }
    expect(await codeOf(logIn(ctx(), { email, password: PASSWORD }))).toBe('ok');
  });

  test('an IPv6 /64 is one address', async () => {
    const codes: string[] = [];
    for (let i = 0; i < 11; i += 1) {
      const clientAddress = `2001:db8:7:7::${i.toString(16)}`;
      codes.push(await codeOf(logIn(ctx({ clientAddress }), { email: `v6-${i}@example.com`, password: PASSWORD })));
    }
    expect(codes).toEqual([...Array(10).fill('credentials_invalid'), 'rate_limited']);
  });

  test('fifty guesses at once, from fifty addresses, are eight guesses', async () => {
    const email = await register();
    const codes = await Promise.all(
      Array.from({ length: 50 }, (_, i) => codeOf(logIn(ctx({ passwords }), { email, password: `wrong ${i}` }))),
    );
    expect(codes.filter((code) => code === 'credentials_invalid')).toHaveLength(8);
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(42);
  });

  test('success is not counted, in a row or at once', async () => {
    const email = await register();
    const sameAddress = { clientAddress: '198.51.100.4', passwords };
    for (let i = 0; i < 12; i += 1) await logIn(ctx(sameAddress), { email, password: PASSWORD });
    const codes = await Promise.all(
      Array.from({ length: 30 }, () => codeOf(logIn(ctx(sameAddress), { email, password: PASSWORD }))),
    );
    expect(new Set(codes)).toEqual(new Set(['ok']));
  });
});
