import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ctx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { createMemoryCache } from '../../runtime/memory-cache.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { forgiveAccount, takeAttempt, takeMail } from './index.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import { signIn } from './sign-in.ts';

let runtime: TestRuntime;
let account: string;
let user: {
  id: string;
  email: string;
  emailVerifiedAt: null;
  name: null;
  roles: never[];
  createdAt: Date;
  passwordVersion: number;
};
let sequence = 0;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

beforeEach(async () => {
  sequence += 1;
  account = `owner${sequence}@example.com`;
  const id = runtime.ids.uuid(runtime.clock.now());
  user = {
    id,
    email: account,
    emailVerifiedAt: null,
    name: null,
    roles: [],
    createdAt: runtime.clock.now(),
    passwordVersion: 1,
  };
  await querySql(
    runtime.databaseUrl,
    'insert into users (id, email, created_at, updated_at) values ($1, $2, now(), now())',
    [id, account],
  );
});

const HOME = '203.0.113.1';
const at = (clientAddress: string, options: Partial<Ctx> = {}): Ctx => makeCtx(runtime, { clientAddress, ...options });
const elsewhere = (): Ctx => {
  sequence += 1;
  return at(`10.1.${sequence >> 8}.${sequence & 255}`);
};

/** How many of so many failures in a row are let through. */
async function admitted(ctx: () => Ctx, tries: number, scope: 'login' | 'second_factor' = 'login'): Promise<number> {
  let count = 0;
  for (let n = 0; n < tries; n += 1) {
    count += await takeAttempt(ctx(), { scope, account }).then(
      () => 1,
      () => 0,
    );
  }
  return count;
}

describe('attempts at an account', () => {
  test('ten in all, the last two only where its owner is logged in', async () => {
    await signIn(at(HOME), { user, amr: ['pwd'] });
    expect(await admitted(elsewhere, 12)).toBe(8);
    expect(await admitted(() => at(HOME), 12)).toBe(2);
    expect(await admitted(elsewhere, 3)).toBe(0);
  });

  test('where its owner is logged in, all ten', async () => {
    await signIn(at('2001:db8:1:2::1'), { user, amr: ['fed'] });
    expect(await admitted(() => at('2001:db8:1:2:ffff::9'), 12)).toBe(10);
    expect(await admitted(elsewhere, 12)).toBe(0);
  });

  test('are the same for an account that does not exist', async () => {
    account = 'nobody@example.com';
    expect(await admitted(elsewhere, 12)).toBe(8);
    const refusal = { code: 'rate_limited', retryAfterSeconds: 900, details: { limit: 'login' } };
    await expect(takeAttempt(elsewhere(), { scope: 'login', account })).rejects.toMatchObject(refusal);
  });

  test('whoever keeps failing for days does not keep the owner out', async () => {
    await signIn(at(HOME), { user, amr: ['pwd'] });
    for (let minute = 0; minute < 48 * 60; minute += 5) {
      runtime.clock.advance(300);
      await admitted(elsewhere, 9);
      const attempt = await takeAttempt(at(HOME), { scope: 'login', account });
      await attempt.forgive();
    }
  });

  test('a place is known by its session when the cache has lost it, and by the cache after a log-out', async () => {
    const cache = createMemoryCache({ now: () => runtime.clock.now().getTime() });
    await signIn(at(HOME), { user, amr: ['pwd'] });
    expect(await admitted(elsewhere, 9)).toBe(8);
    expect(await admitted(() => at(HOME, { cache }), 1)).toBe(1);
    await inTransaction(at(HOME), ({ tx }) => luciaSessionStore.endAllOf(tx, { userId: user.id }));
    expect(await admitted(() => at(HOME, { cache }), 1)).toBe(0);
    expect(await admitted(() => at(HOME), 1)).toBe(1);
  });

  test('a session that staff opened as the owner makes no place the owner’s', async () => {
    await querySql(
      runtime.databaseUrl,
      `insert into sessions (id, user_id, rotated_at, expires_at, created_at, authenticated_at, address, impersonator_id,
         impersonator_session_id)
       values ($1, $2, now(), now(), now(), now(), '198.51.100.77', $2, $1)`,
      [`${sequence}`.padEnd(64, '0'), user.id],
    );
    expect(await admitted(elsewhere, 9)).toBe(8);
    expect(await admitted(() => at('198.51.100.77'), 3)).toBe(0);
  });

  test('a new password forgets them, and knows no place but the one it was set at', async () => {
    const [thief, owner] = ['198.51.100.1', '198.51.100.2'];
    await signIn(at(thief), { user, amr: ['pwd'] });
    await admitted(elsewhere, 9);
    expect(await admitted(() => at(thief), 3)).toBe(2);
    await inTransaction(at(owner), ({ tx }) => luciaSessionStore.endAllOf(tx, { userId: user.id }));
    await forgiveAccount(at(owner), account);
    expect(await admitted(elsewhere, 9)).toBe(8);
    expect(await admitted(() => at(thief), 3)).toBe(0);
    expect(await admitted(() => at(owner), 3)).toBe(2);
  });

  test('each kind of secret has its own', async () => {
    expect(await admitted(elsewhere, 9)).toBe(8);
    expect(await admitted(elsewhere, 9, 'second_factor')).toBe(8);
  });

  test('a refused attempt costs neither the account nor the address', async () => {
    const blocked = at('198.51.100.9');
    for (let n = 0; n < 10; n += 1) await takeAttempt(blocked, { scope: 'login', account: `other${n}@example.com` });
    expect(await admitted(() => blocked, 30)).toBe(0);
    const fresh = at('198.51.100.10');
    expect(await admitted(elsewhere, 9)).toBe(8);
    expect(await admitted(() => fresh, 30)).toBe(0);
    for (let n = 0; n < 10; n += 1) await takeAttempt(fresh, { scope: 'login', account: `more${n}@example.com` });
  });

  test('an attempt without an account is counted for the address alone', async () => {
    const here = at('198.51.100.11');
    for (let n = 0; n < 10; n += 1) await takeAttempt(here, { scope: 'one_time_token' });
    await expect(takeAttempt(here, { scope: 'one_time_token' })).rejects.toMatchObject({
      code: 'rate_limited',
      details: { limit: 'one_time_token' },
    });
    await takeAttempt(here, { scope: 'second_factor', account });
  });
});

describe('mails that anybody can cause', () => {
  const sent = async (email: string, tries: number, kind: 'verify_email' | 'reset_password' = 'reset_password') => {
    let count = 0;
    for (let n = 0; n < tries; n += 1) if (await takeMail(elsewhere(), { kind, email })) count += 1;
    return count;
  };

  test('five of a kind to a mailbox in any hour, whoever causes them', async () => {
    expect(await sent(account, 1)).toBe(1);
    runtime.clock.advance(3_599);
    expect(await sent(account, 9)).toBe(4);
    runtime.clock.advance(1);
    expect(await sent(account, 9)).toBe(1);
    expect(await sent(account, 9, 'verify_email')).toBe(5);
  });

  test('one mailbox is one, however its address is written', async () => {
    const spellings = ['ada.l@example.net', 'adal@example.net', 'a.d.a.l+x@example.net', 'adal+y+z@example.net'];
    let count = 0;
    for (const spelling of spellings) count += await sent(spelling, 2);
    expect(count).toBe(5);
    expect(await sent('adal@example.org', 9)).toBe(5);
  });
});
