import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { findMe } from './find-me.ts';
import type { IssuedSession } from './issue-tokens.ts';
import { logIn } from './log-in.ts';
import { logOut } from './log-out.ts';
import { refreshSession } from './refresh-session.ts';
import { registerUser } from './register-user.ts';

const CREDENTIALS = { email: 'ada@example.com', password: 'correct horse battery staple' };
let runtime: TestRuntime;
let session: IssuedSession;
let other: IssuedSession;

beforeAll(async () => {
  runtime = await makeTestRuntime();
  await registerUser(makeCtx(runtime), CREDENTIALS);
});
afterAll(() => runtime.dispose());
beforeEach(async () => {
  await querySql(runtime.databaseUrl, 'delete from sessions');
  session = await logIn(makeCtx(runtime), CREDENTIALS);
  other = await logIn(makeCtx(runtime), CREDENTIALS);
});

const isAlive = async ({ accessToken }: IssuedSession) =>
  (await runtime.accessTokens.verify(accessToken)) !== undefined;

async function ctxOf({ accessToken }: IssuedSession) {
  const actor = await runtime.accessTokens.verify(accessToken);
  return makeCtx(runtime, actor && { actor });
}

describe('logging out', () => {
  test('ends the session of the access token, at once, and no other', async () => {
    await logOut(await ctxOf(session), {});
    expect([await isAlive(session), await isAlive(other)]).toEqual([false, true]);
    const again = refreshSession(makeCtx(runtime), { refreshToken: session.refreshToken });
    await expect(again).rejects.toMatchObject({ code: 'refresh_token_invalid' });
  });

  test('ends the session of the refresh token, also of one that has been replaced', async () => {
    const { refreshToken } = session;
    await refreshSession(makeCtx(runtime), { refreshToken });
    runtime.clock.advance(60);
    await logOut(makeCtx(runtime), { refreshToken });
    expect([await isAlive(session), await isAlive(other)]).toEqual([false, true]);
  });

  test('ends both when both are given', async () => {
    await logOut(await ctxOf(session), { refreshToken: other.refreshToken });
    expect([await isAlive(session), await isAlive(other)]).toEqual([false, false]);
  });

  test.each([
    ['nothing', undefined],
    ['no token', {}],
    ['a token that is not ours', { refreshToken: 'nonsense' }],
  ])('ends nothing and is no error with %s', async (_name, input) => {
    await logOut(makeCtx(runtime), input);
    expect([await isAlive(session), await isAlive(other)]).toEqual([true, true]);
  });
});

describe('the own account', () => {
  test('is shown without its password', async () => {
    const me = await findMe(await ctxOf(session));
    expect(me).toEqual(session.user);
    expect(Object.keys(me).sort()).toEqual(['createdAt', 'email', 'emailVerified', 'id', 'name', 'roles']);
  });

  test('is nobody when it is gone, and for a guest', async () => {
    const ctx = await ctxOf(session);
    await querySql(runtime.databaseUrl, 'delete from users');
    await expect(findMe(ctx)).rejects.toMatchObject({ code: 'unauthenticated' });
    await expect(findMe(makeCtx(runtime))).rejects.toMatchObject({ code: 'unauthenticated' });
    await registerUser(makeCtx(runtime), CREDENTIALS);
  });
});
