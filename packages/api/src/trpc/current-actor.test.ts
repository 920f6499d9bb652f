import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { insertTestRole, openStaff } from '../testing/accounts.ts';
import { createFastHasher, makeTestRuntime, type TestRuntime } from '../testing/index.ts';
import { call, codeOf, makePerson } from '../testing/people.ts';

/*
 * A process may not have heard yet that a session has ended or that roles have changed: its contexts are those of
 * before. What is dangerous is refused all the same.
 */

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime({ overrides: { passwords: createFastHasher() } });
});
afterAll(() => runtime.dispose());

const sql = (text: string, ...values: unknown[]) => querySql(runtime.databaseUrl, text, values);
const everything = (userId: string) =>
  sql(
    `select u.*, (select count(*) from totp_factors where user_id = u.id) as apps,
       (select count(*) from passkeys where user_id = u.id) as passkeys,
       (select count(*) from api_keys where user_id = u.id) as keys,
       (select count(*) from one_time_tokens where user_id = u.id) as links
     from users u where id = $1`,
    userId,
  );

const ENDINGS: Record<string, (userId: string) => Promise<unknown>> = {
  'has ended': (id) => sql('delete from sessions where user_id = $1', id),
  'is of an account that was disabled': (id) => sql("update users set status = 'disabled' where id = $1", id),
};

describe.each(Object.keys(ENDINGS))('a session that %s', (ending) => {
  test('changes nothing of what opens the account', async () => {
    const person = await makePerson(runtime, { staffRoles: ['administrator'] });
    const ctx = await person.logIn();
    await call(ctx, (api) => api.secondFactor.registrationOptions());
    await ENDINGS[ending]?.(person.id);
    const before = await everything(person.id);
    const refusals = [
      codeOf(call(ctx, (api) => api.secondFactor.beginTotp())),
      codeOf(call(ctx, (api) => api.account.changePassword({ newPassword: 'another horse, another battery' }))),
      codeOf(call(ctx, (api) => api.account.changeEmail({ email: 'mine@evil.example' }))),
      codeOf(call(ctx, (api) => api.access.createApiKey({ name: 'x', permissions: ['orders:read'] }))),
      codeOf(call(ctx, (api) => api.access.enableStaff({ userId: person.id }))),
      codeOf(call(ctx, (api) => api.account.deleteAccount())),
    ];
    expect(await Promise.all(refusals)).toEqual(Array(6).fill('unauthenticated'));
    expect(await everything(person.id)).toEqual(before);
  });

  test('adds no passkey', async () => {
    const person = await makePerson(runtime);
    const { authenticator } = await person.addPasskey();
    const ctx = await person.logIn();
    const options = await call(ctx, (api) => api.secondFactor.registrationOptions());
    const passkey = authenticator.create({ ...options, excludeCredentials: [] });
    await ENDINGS[ending]?.(person.id);
    const attempt = call(ctx, (api) => api.secondFactor.registerPasskey({ name: 'Mine', passkey }));
    expect(await codeOf(attempt)).toBe('unauthenticated');
    expect(await everything(person.id)).toMatchObject([{ passkeys: '1' }]);
  });
});

test('staff do what their roles allow now, not what they allowed when the request came', async () => {
  const manager = await insertTestRole(runtime, ['staff:write', 'roles:write']);
  const person = await makePerson(runtime, { staffRoles: ['administrator', manager] });
  const colleague = await openStaff(runtime, { permissions: ['staff:write'] });
  const ctx = await person.logIn();
  await sql("delete from user_roles where user_id = $1 and role_name = 'administrator'", person.id);
  const grant = (userId: string) =>
    codeOf(call(ctx, (api) => api.access.grantRole({ userId, roleName: 'administrator' })));
  expect(await grant(person.id)).toBe('permission_not_held');
  expect(await grant(colleague.id)).toBe('permission_not_held');
  const role = { name: 'everything', permissions: ['orders:read'] as ['orders:read'] };
  expect(await codeOf(call(ctx, (api) => api.access.createRole(role)))).toBe('permission_not_held');

  await sql('delete from user_roles where user_id = $1', person.id);
  expect(await codeOf(call(ctx, (api) => api.access.disableStaff({ userId: colleague.id })))).toBe('forbidden');
});
