import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { logIn } from './log-in.ts';
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
