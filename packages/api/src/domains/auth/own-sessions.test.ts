import { roles, transaction, users } from '@cartwright/db';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Ctx } from '../../context.ts';
import { sha256Hex } from '../../kit/ids.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { issueTokens } from './issue-tokens.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import { refreshSession } from './refresh-session.ts';
import { authRouter } from './router.ts';
import type { Session, SessionStart } from './session-store.ts';

/** A session with its tokens, and what its holder may call. */
interface Device extends Session {
  accessToken: string;
  refreshToken: string;
  publicId: string;
  ctx(on?: TestRuntime): Promise<Ctx>;
}

let runtime: TestRuntime;
/** Another process on the same database. */
let other: TestRuntime['accessTokens'];
let ada: string;
let eve: string;

beforeAll(async () => {
  runtime = await makeTestRuntime();
  const { createAccessTokens } = await import('./jwt-access-tokens.ts');
  const { authSecret, publicUrl: issuer } = runtime.config;
  other = createAccessTokens({ ...runtime, authSecret, issuer });
});
afterAll(() => runtime.dispose());
beforeEach(async () => {
  [ada, eve] = [await addUser(), await addUser()];
});

async function addUser(): Promise<string> {
  const now = runtime.clock.now();
  const id = runtime.ids.uuid(now);
  const user = { id, email: `${id}@example.com`, name: null, passwordHash: null, emailVerifiedAt: null, now };
  await transaction(runtime.db, (tx) => users.insertUser(tx, user));
  return id;
}

async function logInAs(userId: string, start: Partial<SessionStart> = {}): Promise<Device> {
  const now = runtime.clock.now();
  const session = await transaction(runtime.db, (tx) =>
    luciaSessionStore.create(tx, {
      userId,
      userAgent: 'curl/8.5.0',
      address: '192.0.2.1',
      amr: ['pwd'],
      now,
      ...start,
    }),
  );
  const user = { id: userId, email: 'x', emailVerifiedAt: null, name: null, roles: [], createdAt: now };
  const { accessToken, refreshToken } = await issueTokens(runtime, session, user);
  const ctx = async () => {
    const actor = await runtime.accessTokens.verify(accessToken);
    return makeCtx(runtime, actor && { actor });
  };
  return { ...session, accessToken, refreshToken, publicId: sha256Hex(session.id), ctx };
}

/** A member of staff, who is made administrator for it, sees the store as a customer. */
async function watchAs(customerId: string, staffId: string): Promise<Device> {
  const { id: sessionId } = await logInAs(staffId);
  const roleName = 'administrator';
  await transaction(runtime.db, (tx) => roles.insertUserRole(tx, { userId: staffId, roleName, now: new Date() }));
  const device = await logInAs(customerId, { impersonator: { userId: staffId, sessionId } });
  const { accessToken } = await runtime.accessTokens.sign({
    userId: customerId,
    sessionId: device.id,
    authenticatedAt: device.authenticatedAt,
    roles: ['customer'],
    impersonatorId: staffId,
  });
  const ctx = async () => {
    const actor = await runtime.accessTokens.verify(accessToken);
    return makeCtx(runtime, actor && { actor });
  };
  return { ...device, accessToken, ctx };
}

const api = async (device: Device) => authRouter.createCaller(await device.ctx());
const refresh = ({ refreshToken }: Device) => refreshSession(makeCtx(runtime), { refreshToken });
const codeOf = (attempt: Promise<unknown>) =>
  attempt.then(
    () => 'ok',
    ({ cause, code }) => cause?.code ?? code,
  );
const rows = () => querySql(runtime.databaseUrl, 'select * from sessions order by id');

/** Which of the devices can still call and refresh, here and, five seconds later, in the other process. */
async function living(...devices: Device[]): Promise<boolean[]> {
  const here = await Promise.all(devices.map(({ accessToken }) => runtime.accessTokens.verify(accessToken)));
  runtime.clock.advance(5);
  const there = await Promise.all(devices.map(({ accessToken }) => other.verify(accessToken)));
  const renewed = await Promise.all(devices.map((device) => codeOf(refresh(device))));
  return devices.map((_, i) => {
    const alive = here[i] !== undefined;
    expect([there[i] !== undefined, renewed[i] === 'ok']).toEqual([alive, alive]);
    return alive;
  });
}

describe('the sessions of an account', () => {
  test('are listed newest first, with device, address and last use, and no secret', async () => {
    const began = runtime.clock.now();
    const laptop = await logInAs(ada, {
      userAgent: 'Mozilla/5.0 (X11; Linux x86_64) Firefox/143.0',
      amr: ['pwd', 'otp'],
    });
    await logInAs(eve);
    runtime.clock.advance(60);
    const phone = await logInAs(ada, { userAgent: undefined, address: '2001:db8::1' });
    runtime.clock.advance(60);
    await refresh(laptop);
    const answer = await (await api(phone)).sessions();
    expect(answer).toEqual({
      items: [
        {
          id: phone.publicId,
          device: null,
          address: '2001:db8::1',
          amr: ['pwd'],
          createdAt: new Date(began.getTime() + 60_000),
          lastUsedAt: new Date(began.getTime() + 60_000),
          current: true,
        },
        {
          id: laptop.publicId,
          device: 'Firefox on Linux',
          address: '192.0.2.1',
          amr: ['pwd', 'otp'],
          createdAt: began,
          lastUsedAt: new Date(began.getTime() + 120_000),
          current: false,
        },
      ],
    });
    for (const { id } of [laptop, phone]) expect(JSON.stringify(answer)).not.toContain(id);
  });

  test('that have ended by themselves are not listed', async () => {
    await logInAs(ada);
    runtime.clock.advance(14 * 86_400);
    const fresh = await logInAs(ada);
    const { items } = await (await api(fresh)).sessions();
    expect(items.map(({ id }) => id)).toEqual([fresh.publicId]);
  });

  test('end one by one, seen at once here and within five seconds elsewhere', async () => {
    const [laptop, phone] = [await logInAs(ada), await logInAs(ada)];
    for (const { accessToken } of [laptop, phone]) expect(await other.verify(accessToken)).toBeDefined();
    await (await api(phone)).revokeSession({ sessionId: laptop.publicId });
    expect(await living(laptop, phone)).toEqual([false, true]);
    expect(await codeOf((await api(phone)).revokeSession({ sessionId: laptop.publicId }))).toBe('not_found');
  });

  test('the one that asks may end itself', async () => {
    const [laptop, phone] = [await logInAs(ada), await logInAs(ada)];
    await (await api(phone)).revokeSession({ sessionId: phone.publicId });
    expect(await living(laptop, phone)).toEqual([true, false]);
  });

  test.each([
    ["somebody else's", async () => (await logInAs(eve)).publicId],
    ['one that staff look on with', async () => (await watchAs(ada, eve)).publicId],
    ['one that never was', async () => 'f'.repeat(64)],
  ])('%s cannot be ended: the same not_found, and nothing changes', async (_name, id) => {
    const mine = await logInAs(ada);
    const sessionId = await id();
    const before = await rows();
    const attempt = (await api(mine)).revokeSession({ sessionId });
    await expect(attempt).rejects.toMatchObject({
      cause: { code: 'not_found', message: 'There is no such thing, or it is not yours.', details: undefined },
    });
    expect(await rows()).toEqual(before);
  });

  test('a secret session id, and text that is no id, are refused before anything is looked for', async () => {
    const mine = await logInAs(ada);
    const before = await rows();
    for (const sessionId of [mine.id, '', 'x', `${mine.publicId} `, mine.publicId.toUpperCase()]) {
      expect(await codeOf((await api(mine)).revokeSession({ sessionId }))).toBe('invalid_input');
    }
    expect(await rows()).toEqual(before);
  });

  test('all others end together, and no other account notices', async () => {
    const [first, second, mine, hers] = [
      await logInAs(ada),
      await logInAs(ada),
      await logInAs(ada),
      await logInAs(eve),
    ];
    for (const { accessToken } of [first, second, hers])
      expect(await runtime.accessTokens.verify(accessToken)).toBeDefined();
    await (await api(mine)).revokeOtherSessions();
    expect(await living(first, second, mine, hers)).toEqual([false, false, true, true]);
  });

  test('logging out everywhere ends the one that asks too, and those of staff who look on', async () => {
    const [first, mine, hers] = [await logInAs(ada), await logInAs(ada), await logInAs(eve)];
    const watched = await watchAs(ada, eve);
    expect(await runtime.accessTokens.verify(watched.accessToken)).toMatchObject({ kind: 'impersonation' });
    await (await api(mine)).logoutEverywhere();
    expect(await runtime.accessTokens.verify(watched.accessToken)).toBeUndefined();
    expect(await living(first, mine, hers)).toEqual([false, false, true]);
  });

  test('need somebody who is logged in', async () => {
    const guest = authRouter.createCaller(makeCtx(runtime));
    const sessionId = 'f'.repeat(64);
    const attempts = [
      guest.sessions(),
      guest.revokeSession({ sessionId }),
      guest.revokeOtherSessions(),
      guest.logoutEverywhere(),
    ];
    expect(await Promise.all(attempts.map(codeOf))).toEqual(Array(4).fill('unauthenticated'));
  });
});

describe('a session of staff who look on', () => {
  test('shows in no list, ends nothing, and ends by itself after 15 minutes', async () => {
    const mine = await logInAs(ada);
    const watching = await watchAs(ada, eve);
    const { items } = await (await api(watching)).sessions();
    expect(items.map(({ id, current }) => [id, current])).toEqual([[mine.publicId, false]]);
    for (const attempt of [
      (await api(watching)).revokeSession({ sessionId: mine.publicId }),
      (await api(watching)).revokeOtherSessions(),
      (await api(watching)).logoutEverywhere(),
    ]) {
      expect(await codeOf(attempt)).toBe('impersonation_read_only');
    }
    runtime.clock.advance(899);
    expect(
      (await luciaSessionStore.find(runtime.db, { sessionId: watching.id, now: runtime.clock.now() }))?.session.id,
    ).toBe(watching.id);
    runtime.clock.advance(1);
    expect(
      await luciaSessionStore.find(runtime.db, { sessionId: watching.id, now: runtime.clock.now() }),
    ).toBeUndefined();
  });

  test('is not renewed, whatever is presented', async () => {
    const watching = await watchAs(ada, eve);
    expect(await codeOf(refresh(watching))).toBe('refresh_token_invalid');
  });
});
