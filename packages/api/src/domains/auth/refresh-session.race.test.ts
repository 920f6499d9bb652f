import { transaction } from '@cartwright/db';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Runtime } from '../../context.ts';
import {
  createFastHasher,
  makeCtx,
  makeTestRuntime,
  openAnotherProcess,
  type TestRuntime,
} from '../../testing/index.ts';
import { logIn } from './log-in.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import { refreshSession } from './refresh-session.ts';
import { registerUser } from './register-user.ts';

const CREDENTIALS = { email: 'ada@example.com', password: 'correct horse battery staple' };
let runtime: TestRuntime;
let other: Awaited<ReturnType<typeof openAnotherProcess>>;
beforeAll(async () => {
  const passwords = createFastHasher();
  runtime = await makeTestRuntime({ env: { DATABASE_POOL_SIZE: '20' }, overrides: { passwords } });
  other = await openAnotherProcess(runtime);
  await registerUser(makeCtx(runtime), CREDENTIALS);
});
afterAll(async () => {
  await other.close();
  await runtime.dispose();
});
beforeEach(() => querySql(runtime.databaseUrl, 'delete from sessions').then(() => undefined));

describe('a refresh token in two processes', () => {
  const present = (process: Runtime, refreshToken: string) => refreshSession(makeCtx(process), { refreshToken });
  /** Fifty at once, every other one in the other process. */
  const presentFifty = (refreshToken: string) =>
    Promise.allSettled(Array.from({ length: 50 }, (_, i) => present(i % 2 === 0 ? runtime : other, refreshToken)));
  const generations = () => querySql(runtime.databaseUrl, 'select generation from sessions');

  test('presented 50 times at once, and again within the grace, has one successor and logs nobody out', async () => {
    const session = await logIn(makeCtx(runtime), CREDENTIALS);
    const answers = (await presentFifty(session.refreshToken)).flatMap((outcome) =>
      outcome.status === 'fulfilled' ? [outcome.value] : [],
    );
    runtime.clock.advance(19.9);
    for (const process of [runtime, other]) answers.push(await present(process, session.refreshToken));
    expect(answers).toHaveLength(52);
    expect(new Set(answers.map((answer) => answer.refreshToken)).size).toBe(1);
    expect(await generations()).toEqual([{ generation: 2 }]);
    for (const { accessToken } of [session, ...answers]) {
      for (const process of [runtime, other]) expect(await process.accessTokens.verify(accessToken)).toBeDefined();
    }
    expect((await present(other, answers[0]?.refreshToken ?? '')).refreshToken).toMatch(/\.3\./);
  });

  test('presented late, 50 times at once, ends the family, and its access within five seconds everywhere', async () => {
    const first = await logIn(makeCtx(runtime), CREDENTIALS);
    const second = await present(other, first.refreshToken);
    const third = await present(runtime, second.refreshToken);
    const issued = [first, second, third];
    for (const { accessToken } of issued) expect(await other.accessTokens.verify(accessToken)).toBeDefined();
    runtime.clock.advance(20);
    for (const { accessToken } of issued) expect(await other.accessTokens.verify(accessToken)).toBeDefined();
    const late = await presentFifty(second.refreshToken);
    expect(late.filter((outcome) => outcome.status === 'fulfilled')).toEqual([]);
    expect(late.map((outcome) => outcome.status === 'rejected' && outcome.reason.code)).toContain(
      'refresh_token_reused',
    );
    expect(await generations()).toEqual([]);
    runtime.clock.advance(5);
    for (const process of [runtime, other]) {
      for (const { accessToken } of issued) expect(await process.accessTokens.verify(accessToken)).toBeUndefined();
      await expect(present(process, third.refreshToken)).rejects.toMatchObject({ code: 'refresh_token_invalid' });
    }
  });
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
