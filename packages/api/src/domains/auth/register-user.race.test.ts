import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { patientPasswords } from '../../testing/accounts.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { registerUser } from './register-user.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime({ env: { LIMIT_MAILS_PER_HOUR: '0' }, overrides: { passwords: patientPasswords() } });
});
afterAll(() => runtime.dispose());

test('fifty registrations of one address at once make one account, and all are accepted', async () => {
  const email = 'race@example.com';
  const attempts = Array.from({ length: 50 }, (_, i) =>
    registerUser(makeCtx(runtime), { email, password: `a long password ${i}` }),
  );
  expect(await Promise.all(attempts)).toEqual(Array(50).fill(undefined));
  expect(await querySql(runtime.databaseUrl, 'select email from users')).toEqual([{ email }]);
  const told = await querySql(
    runtime.databaseUrl,
    `select topic, count(*)::int as count, count(distinct payload ->> 'userId')::int as accounts
     from outbox group by topic order by topic`,
  );
  expect(told).toEqual([
    { topic: 'user.already_registered', count: 49, accounts: 1 },
    { topic: 'user.link_requested', count: 1, accounts: 1 },
  ]);
});
