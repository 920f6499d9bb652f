import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createFastHasher, makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { registerUser } from './register-user.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime({ overrides: { passwords: createFastHasher() } });
});
afterAll(() => runtime.dispose());

test('ten registrations of one address at once make one account, and all are accepted', async () => {
  const email = 'race@example.com';
  const attempts = Array.from({ length: 10 }, (_, i) =>
    registerUser(makeCtx(runtime), { email, password: `a long password ${i}` }),
  );
  expect(await Promise.all(attempts)).toEqual(Array(10).fill(undefined));
  expect(await querySql(runtime.databaseUrl, 'select email from users')).toEqual([{ email }]);
  expect(await querySql(runtime.databaseUrl, 'select topic from outbox')).toEqual(
    Array(5).fill({ topic: 'user.already_registered' }),
  );
});
