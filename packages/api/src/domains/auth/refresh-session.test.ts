import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import type { IssuedSession } from './issue-tokens.ts';
import { logIn } from './log-in.ts';
import { refreshSession } from './refresh-session.ts';
import { refreshTokenOf } from './refresh-token.ts';
import { registerUser } from './register-user.ts';

const CREDENTIALS = { email: 'ada@example.com', password: 'correct horse battery staple' };
const DAY = 86_400;
let runtime: TestRuntime;
let session: IssuedSession;

beforeAll(async () => {
  runtime = await makeTestRuntime();
  await registerUser(makeCtx(runtime), CREDENTIALS);
});
afterAll(() => runtime.dispose());
beforeEach(async () => {
  session = await logIn(makeCtx(runtime), CREDENTIALS);
});

const refresh = (refreshToken: string) => refreshSession(makeCtx(runtime), { refreshToken });
const sessionIdOf = ({ refreshToken }: IssuedSession) => refreshToken.split('.')[0] ?? '';

describe('refreshing', () => {
  test('answers what a login does, with the successor of the same session', async () => {
    runtime.clock.advance(60);
    const next = await refresh(session.refreshToken);
    expect(next.user).toEqual(session.user);
    expect(next.expiresIn).toBe(300);
    expect(next.refreshToken).toBe(
      refreshTokenOf(runtime.config.authSecret, { id: sessionIdOf(session), generation: 2 }),
    );
    expect(await runtime.accessTokens.verify(next.accessToken)).toMatchObject({ sessionId: sessionIdOf(session) });
    expect((await refresh(next.refreshToken)).refreshToken).toMatch(/\.3\./);
  });

  test('costs two statements, a repetition one, a reuse two', async () => {
    const costOf = async (attempt: Promise<unknown>) => {
      await attempt.catch(() => undefined);
      return runtime.takeStatements().length;
    };
    await runtime.accessTokens.verify(session.accessToken);
    runtime.takeStatements();
    expect(await costOf(refresh(session.refreshToken))).toBe(2);
    expect(await costOf(refresh(session.refreshToken))).toBe(1);
    runtime.clock.advance(20);
    expect(await costOf(refresh(session.refreshToken))).toBe(2);
  });

  test('a token presented again within 20 seconds has the same successor, and rotates nothing', async () => {
    const next = await refresh(session.refreshToken);
    runtime.clock.advance(19.9);
    expect((await refresh(session.refreshToken)).refreshToken).toBe(next.refreshToken);
    expect((await refresh(next.refreshToken)).refreshToken).toMatch(/\.3\./);
  });

  test('a token presented again later ends the whole family and its access', async () => {
    const next = await refresh(session.refreshToken);
    runtime.clock.advance(20);
    expect(await runtime.accessTokens.verify(next.accessToken)).toBeDefined();
    await expect(refresh(session.refreshToken)).rejects.toMatchObject({ code: 'refresh_token_reused' });
    await expect(refresh(next.refreshToken)).rejects.toMatchObject({ code: 'refresh_token_invalid' });
    await expect(refresh(session.refreshToken)).rejects.toMatchObject({ code: 'refresh_token_invalid' });
    expect(await runtime.accessTokens.verify(next.accessToken)).toBeUndefined();
    expect(await runtime.accessTokens.verify(session.accessToken)).toBeUndefined();
  });

  test('a token two generations old ends the family even within the grace', async () => {
    const second = await refresh(session.refreshToken);
    const third = await refresh(second.refreshToken);
    await expect(refresh(session.refreshToken)).rejects.toMatchObject({ code: 'refresh_token_reused' });
    await expect(refresh(third.refreshToken)).rejects.toMatchObject({ code: 'refresh_token_invalid' });
  });

  test('ending one family leaves the other sessions of the account alone', async () => {
    const other = await logIn(makeCtx(runtime), CREDENTIALS);
    await refresh(session.refreshToken);
    runtime.clock.advance(30);
    await expect(refresh(session.refreshToken)).rejects.toMatchObject({ code: 'refresh_token_reused' });
    expect((await refresh(other.refreshToken)).user.id).toBe(session.user.id);
  });

  test.each([
    ['malformed', () => 'nonsense'],
    ['an access token', () => session.accessToken],
    ['forged', () => session.refreshToken.replace('.1.', '.2.')],
    [
      'of a session that never was',
      () => refreshTokenOf(runtime.config.authSecret, { id: 'z'.repeat(40), generation: 1 }),
    ],
    [
      'of a generation that is not there yet',
      () => refreshTokenOf(runtime.config.authSecret, { id: sessionIdOf(session), generation: 2 }),
    ],
  ])('refuses a token that is %s, and the genuine one still works', async (_name, forge) => {
    await expect(refresh(forge())).rejects.toMatchObject({ code: 'refresh_token_invalid', kind: 'unauthenticated' });
    expect((await refresh(session.refreshToken)).refreshToken).toMatch(/\.2\./);
  });

  test('a session dies 14 days after its last use, and trying does not revive it', async () => {
    runtime.clock.advance(14 * DAY - 1);
    const next = await refresh(session.refreshToken);
    runtime.clock.advance(14 * DAY);
    await expect(refresh(next.refreshToken)).rejects.toMatchObject({ code: 'refresh_token_invalid' });
    await expect(refresh(next.refreshToken)).rejects.toMatchObject({ code: 'refresh_token_invalid' });
  });

  test('a session dies 30 days after it began, however much it is used', async () => {
    let { refreshToken } = session;
    for (const days of [10, 10, 9.99]) {
      runtime.clock.advance(days * DAY);
      ({ refreshToken } = await refresh(refreshToken));
    }
    runtime.clock.advance(0.01 * DAY);
    await expect(refresh(refreshToken)).rejects.toMatchObject({ code: 'refresh_token_invalid' });
  });

  test('a disabled account cannot refresh, and its token is not spent on trying', async () => {
    const setStatus = (status: string) => querySql(runtime.databaseUrl, 'update users set status = $1', [status]);
    await setStatus('disabled');
    await expect(refresh(session.refreshToken)).rejects.toMatchObject({ code: 'refresh_token_invalid' });
    await setStatus('active');
    expect((await refresh(session.refreshToken)).refreshToken).toMatch(/\.2\./);
  });
});
