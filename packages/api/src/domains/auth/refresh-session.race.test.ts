import { transaction } from '@cartwright/db';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { logIn } from './log-in.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import { refreshSession } from './refresh-session.ts';
import { registerUser } from './register-user.ts';

const CREDENTIALS = { email: 'ada@example.com', password: 'correct horse battery staple' };
let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime({ env: { DATABASE_POOL_SIZE: '20' } });
  await registerUser(makeCtx(runtime), CREDENTIALS);
});
afterAll(() => runtime.dispose());

test('a refresh token presented 50 times at once has one successor; presented late, it ends the family', async () => {
  const session = await logIn(makeCtx(runtime), CREDENTIALS);
  const present = (refreshToken: string) => refreshSession(makeCtx(runtime), { refreshToken });

  const answers = await Promise.all(Array.from({ length: 50 }, () => present(session.refreshToken)));
  const successors = new Set(answers.map((answer) => answer.refreshToken));
  expect(successors.size).toBe(1);
  expect(await querySql(runtime.databaseUrl, 'select generation from sessions')).toEqual([{ generation: 2 }]);
  for (const { accessToken } of answers) expect(await runtime.accessTokens.verify(accessToken)).toBeDefined();

  const [successor = ''] = successors;
  const next = await present(successor);
  runtime.clock.advance(21);
  const late = await Promise.allSettled(Array.from({ length: 50 }, () => present(successor)));
  expect(late.filter((outcome) => outcome.status === 'fulfilled')).toEqual([]);
  expect(await querySql(runtime.databaseUrl, 'select * from sessions')).toEqual([]);
  await expect(present(next.refreshToken)).rejects.toMatchObject({ code: 'refresh_token_invalid' });
  for (const { accessToken } of [...answers, next]) {
    expect(await runtime.accessTokens.verify(accessToken)).toBeUndefined();
  }
});

/** Starts a refresh that has read its session, then waits for what `change` holds locked until that is committed. */
async function refreshDuring(
  refreshToken: string,
  change: (tx: Parameters<typeof luciaSessionStore.end>[0], sessionId: string) => Promise<unknown>,
) {
  const [sessionId = ''] = refreshToken.split('.');
  let refreshed: Promise<unknown> | undefined;
  await transaction(runtime.db, async (tx) => {
    await change(tx, sessionId);
    refreshed = refreshSession(makeCtx(runtime), { refreshToken });
    refreshed.catch(() => undefined);
    const waiting = "select 1 from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    while ((await querySql(runtime.databaseUrl, waiting)).length === 0);
  });
  return refreshed;
}

test('a refresh that is overtaken by the end of its session opens nothing', async () => {
  const { refreshToken } = await logIn(makeCtx(runtime), CREDENTIALS);
  const overtaken = refreshDuring(refreshToken, (tx, sessionId) =>
    luciaSessionStore.end(tx, { sessionId, now: runtime.clock.now() }),
  );
  await expect(overtaken).rejects.toMatchObject({ code: 'refresh_token_invalid' });
});

test('a refresh that is overtaken by another answers the same successor', async () => {
  const { refreshToken } = await logIn(makeCtx(runtime), CREDENTIALS);
  const overtaken = await refreshDuring(refreshToken, (tx, sessionId) =>
    luciaSessionStore.rotate(tx, { sessionId, generation: 1, now: runtime.clock.now() }),
  );
  const again = await refreshSession(makeCtx(runtime), { refreshToken });
  expect(overtaken).toMatchObject({ refreshToken: again.refreshToken });
});
