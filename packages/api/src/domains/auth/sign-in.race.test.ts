import { type Tx, transaction, users } from '@cartwright/db';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { endSessions } from './end-sessions.ts';
import { logIn } from './log-in.ts';
import { signIn } from './sign-in.ts';

const PASSWORD = 'correct horse battery staple';
let runtime: TestRuntime;
let userId: string;
let email: string;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());
beforeEach(async () => {
  const now = runtime.clock.now();
  userId = runtime.ids.uuid(now);
  email = `${userId}@example.com`;
  const passwordHash = await runtime.passwords.hash(PASSWORD);
  const user = { id: userId, email, name: null, passwordHash, emailVerifiedAt: null, now };
  await transaction(runtime.db, (tx) => users.insertUser(tx, user));
});

const disable = () => querySql(runtime.databaseUrl, "update users set status = 'disabled' where id = $1", [userId]);
const countSessions = async () =>
  (await querySql(runtime.databaseUrl, 'select 1 from sessions where user_id = $1', [userId])).length;

/** A log-in whose password was found right, and which then waits for `meanwhile` before it opens its session. */
async function logInDuring(meanwhile: () => Promise<unknown>): Promise<unknown> {
  const verify: typeof runtime.passwords.verify = async (...args) => {
    const matches = await runtime.passwords.verify(...args);
    await meanwhile();
    return matches;
  };
  const ctx = makeCtx(runtime, { passwords: { ...runtime.passwords, verify } });
  return logIn(ctx, { email, password: PASSWORD }).catch((error) => error);
}

const changePassword = () =>
  transaction(runtime.db, async (tx) => {
    await users.savePassword(tx, { id: userId, passwordHash: 'another', now: runtime.clock.now() });
    await endSessions(tx, { userId });
  });

describe('a log-in that is overtaken', () => {
  test.each([
    ['a change of the password', changePassword],
    ['the account being disabled', disable],
    ['the account being deleted', () => querySql(runtime.databaseUrl, 'delete from users where id = $1', [userId])],
  ])('by %s opens no session', async (_name, meanwhile) => {
    expect(await logInDuring(meanwhile)).toMatchObject({ code: 'credentials_invalid' });
    expect(await countSessions()).toBe(0);
  });

  test('by a new hash of the same password opens one', async () => {
    const rehash = async () => {
      const before = await users.findUser(runtime.db, { id: userId });
      const to = await runtime.passwords.hash(PASSWORD);
      await transaction(runtime.db, (tx) =>
        users.savePasswordRehash(tx, { id: userId, from: before?.passwordHash ?? '', to, now: runtime.clock.now() }),
      );
    };
    expect(await logInDuring(rehash)).toMatchObject({ user: { id: userId } });
    expect(await countSessions()).toBe(1);
  });

  test('waits for a change of the password that is under way, and then opens no session', async () => {
    let attempt: Promise<unknown> | undefined;
    const user = await users.findUser(runtime.db, { id: userId });
    if (user === undefined) throw new Error('No account');
    await transaction(runtime.db, async (tx) => {
      await users.savePassword(tx, { id: userId, passwordHash: 'another', now: runtime.clock.now() });
      attempt = signIn(makeCtx(runtime), { user, amr: ['pwd'], passwordVersion: user.passwordVersion });
      attempt.catch(() => undefined);
      await untilSomebodyWaits();
      await endSessions(tx, { userId });
    });
    await expect(attempt).rejects.toMatchObject({ code: 'credentials_invalid' });
    expect(await countSessions()).toBe(0);
  });

  test('is waited for by a change of the password, which ends its session', async () => {
    const user = await users.findUser(runtime.db, { id: userId });
    if (user === undefined) throw new Error('No account');
    let change: Promise<unknown> | undefined;
    const opening = transaction(runtime.db, async (tx: Tx) => {
      await users.lockUserForSignIn(tx, { id: userId });
      change = changePassword();
      await untilSomebodyWaits();
    });
    await opening;
    await change;
    expect(await countSessions()).toBe(0);
  });
});

async function untilSomebodyWaits(): Promise<void> {
  const waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
  while ((await querySql(runtime.databaseUrl, waiting)).length === 0);
}
