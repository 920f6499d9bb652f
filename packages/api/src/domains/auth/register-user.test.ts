import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { patientPasswords } from '../../testing/accounts.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { logIn } from './log-in.ts';
import { registerUser } from './register-user.ts';

const PASSWORD = 'correct horse battery staple';
let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime({ overrides: { passwords: patientPasswords() } });
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
      emailVerified: false,
      name: null,
      roles: ['customer'],
      createdAt: runtime.clock.now(),
    });
    expect(await querySql(runtime.databaseUrl, 'select topic, payload from outbox')).toEqual([
      { topic: 'user.link_requested', payload: { userId: user.id, purpose: 'verify_email' } },
    ]);
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
      "select id, topic, version, payload from outbox where topic = 'user.already_registered'",
    );
    expect(outbox).toEqual([
      {
        id: expect.any(String),
        topic: 'user.already_registered',
        version: 1,
        payload: { userId: before[0]?.id },
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
      "select count(*) from outbox o join users u on u.id = (o.payload ->> 'userId')::uuid where email = 'flooded@example.com'",
    );
    expect(counted?.count).toBe('5');
  });

  test('costs one hash and the same statements for a known address as for a new one', async () => {
    const statements = async (email: string) => {
      runtime.takeStatements();
      await registerUser(makeCtx(runtime), { email, password: PASSWORD });
      return runtime
        .takeStatements()
        .map((sql) => sql.replaceAll(/user\.(link_requested|already_registered)/g, 'topic'));
    };
    const unknown = await statements('counted@example.com');
    expect(await statements('counted@example.com')).toEqual(unknown);
    expect(unknown).toHaveLength(3);
  });

  test('refuses a password that everybody guesses, and makes nothing', async () => {
    const before = await querySql(runtime.databaseUrl, 'select count(*) from users');
    await expect(
      registerUser(makeCtx(runtime), { email: 'weak@example.com', password: 'Password123' }),
    ).rejects.toMatchObject({ code: 'password_too_common', kind: 'rule_violated' });
    expect(await querySql(runtime.databaseUrl, 'select count(*) from users')).toEqual(before);
  });
});
