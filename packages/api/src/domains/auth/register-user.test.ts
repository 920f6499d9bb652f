import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { logIn } from './log-in.ts';
import { registerUser } from './register-user.ts';

const PASSWORD = 'correct horse battery staple';
let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

const jobs = () =>
  querySql<{ data: { outboxId: string } }>(
    runtime.databaseUrl,
    "select data from pgboss.job where name = 'user.already_registered'",
  );

describe('registering', () => {
  test('makes an account that can log in at once', async () => {
    await registerUser(makeCtx(runtime), { email: 'new@example.com', password: PASSWORD });
    const { user } = await logIn(makeCtx(runtime), { email: 'new@example.com', password: PASSWORD });
    expect(user).toEqual({
      id: expect.any(String),
      email: 'new@example.com',
      name: null,
      roles: ['customer'],
      createdAt: runtime.clock.now(),
    });
    expect(await querySql(runtime.databaseUrl, 'select * from outbox')).toEqual([]);
    expect(await jobs()).toEqual([]);
  });

  test('an address that has an account gets a mail, and the account stays as it is', async () => {
    await registerUser(makeCtx(runtime), { email: 'known@example.com', password: PASSWORD, name: 'First' });
    const known = () =>
      querySql<{ id: string }>(runtime.databaseUrl, "select * from users where email = 'known@example.com'");
    const before = await known();
    runtime.clock.advance(60);
    const again = { email: 'known@example.com', password: 'another password', name: 'Second' };
    expect(await registerUser(makeCtx(runtime), again)).toBeUndefined();
    expect(before).toHaveLength(1);
    expect(await known()).toEqual(before);

    const outbox = await querySql<{ id: string }>(
      runtime.databaseUrl,
      'select id, topic, version, payload from outbox',
    );
    expect(outbox).toEqual([
      {
        id: expect.any(String),
        topic: 'user.already_registered',
        version: 1,
        payload: { userId: before[0]?.id, email: 'known@example.com', name: 'First' },
      },
    ]);
    expect(await jobs()).toEqual([{ data: { outboxId: outbox[0]?.id } }]);
    await expect(logIn(makeCtx(runtime), again)).rejects.toMatchObject({ code: 'credentials_invalid' });
  });

  test('a mailbox is not flooded: five mails in an hour, and the answer stays the same', async () => {
    const input = { email: 'flooded@example.com', password: PASSWORD };
    await Promise.all(Array.from({ length: 14 }, () => registerUser(makeCtx(runtime), input)));
    const [counted] = await querySql<{ count: string }>(
      runtime.databaseUrl,
      "select count(*) from outbox where payload ->> 'email' = 'flooded@example.com'",
    );
    expect(counted?.count).toBe('5');
  });

  test('takes as long for a known address as for a new one', async () => {
    await registerUser(makeCtx(runtime), { email: 'timed@example.com', password: PASSWORD });
    const fastest = { known: Number.POSITIVE_INFINITY, unknown: Number.POSITIVE_INFINITY };
    for (let i = 0; i < 10; i += 1) {
      const kind = i % 2 === 0 ? 'known' : 'unknown';
      const email = kind === 'known' ? 'timed@example.com' : `timed${i}@example.com`;
      const before = performance.now();
      await registerUser(makeCtx(runtime), { email, password: PASSWORD });
      fastest[kind] = Math.min(fastest[kind], performance.now() - before);
    }
    expect(fastest.known).toBeGreaterThanOrEqual(99);
    expect(fastest.unknown).toBeGreaterThanOrEqual(99);
  });

  test('refuses a password that everybody guesses, and makes nothing', async () => {
    const before = await querySql(runtime.databaseUrl, 'select count(*) from users');
    await expect(
      registerUser(makeCtx(runtime), { email: 'weak@example.com', password: 'Password123' }),
    ).rejects.toMatchObject({ code: 'password_too_common', kind: 'rule_violated' });
    expect(await querySql(runtime.databaseUrl, 'select count(*) from users')).toEqual(before);
  });
});
