import { roles, transaction, users } from '@cartwright/db';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { type Actor, type Permission, permissions } from '../../kit/actor.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { disableUser, enableUser } from './disable-user.ts';
import { luciaSessionStore } from './lucia-session-store.ts';

const STAFF_ID = '00000000-0000-7000-8000-0000000000aa';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());
beforeEach(() => querySql(runtime.databaseUrl, 'delete from users; delete from roles where not built_in'));

/** An account with a session, and with a role of its own for the permissions that are given. */
async function account(options: { roleName?: string; permissions?: readonly Permission[] } = {}): Promise<string> {
  const { db, clock, ids, databaseUrl } = runtime;
  const now = clock.now();
  const id = ids.uuid(now);
  const { roleName, permissions: granted = [] } = options;
  if (roleName !== undefined && roleName !== 'administrator') {
    const insert = 'insert into roles (name, permissions, created_at, updated_at) values ($1, $2, now(), now())';
    await querySql(databaseUrl, insert, [roleName, granted]);
  }
  await transaction(db, async (tx) => {
    const user = { id, email: `${id}@example.com`, name: null, passwordHash: null, emailVerifiedAt: null };
    await users.insertUser(tx, { ...user, now });
    if (roleName !== undefined) await roles.insertUserRole(tx, { userId: id, roleName, now });
    await luciaSessionStore.create(tx, { userId: id, userAgent: undefined, address: '192.0.2.1', amr: ['pwd'], now });
  });
  return id;
}

const by = (actor: Actor) => makeCtx(runtime, { actor });
const staff = (held: readonly Permission[]): Actor => ({ ...administrator(STAFF_ID), permissions: held }) as Actor;
const disable = (actor: Actor, userId: string) => inTransaction(by(actor), (tx) => disableUser(tx, { userId }));
const enable = (actor: Actor, userId: string) => inTransaction(by(actor), (tx) => enableUser(tx, { userId }));

async function stateOf(userId: string) {
  const [row] = await querySql(
    runtime.databaseUrl,
    `select status, (select count(*)::int from sessions where user_id = u.id) as sessions,
       array(select action from audit_log where target = 'user:' || u.id order by id) as audited
     from users u where id = $1`,
    [userId],
  );
  return row;
}

test('an account that is disabled has no session, and is noted once however often it is disabled', async () => {
  const id = await account();
  await disable(staff(['customers:disable']), id);
  await disable(staff(['customers:disable']), id);
  expect(await stateOf(id)).toEqual({ status: 'disabled', sessions: 0, audited: ['user.disabled'] });
  const { db, clock } = runtime;
  const late = { userId: id, userAgent: undefined, address: '192.0.2.1', amr: ['pwd'], now: clock.now() };
  await transaction(db, (tx) => luciaSessionStore.create(tx, late));
  await enable(staff(['customers:disable']), id);
  await enable(staff(['customers:disable']), id);
  expect(await stateOf(id)).toEqual({ status: 'active', sessions: 0, audited: ['user.disabled', 'user.enabled'] });
});

test.each([
  ['who may do something that the caller may not', ['staff:write', 'orders:read'], ['orders:cancel']],
  ['by a caller who may do as much, but not write staff', ['orders:read'], ['staff:write']],
] as const)('staff %s are neither disabled nor enabled', async (_name, held, permissionsMissing) => {
  const granted = held.includes('staff:write' as never) ? (['orders:read', 'orders:cancel'] as const) : held;
  const id = await account({ roleName: 'support', permissions: granted });
  const refusal = { code: 'permission_not_held', details: { permissions: permissionsMissing } };
  await expect(disable(staff(held), id)).rejects.toMatchObject(refusal);
  expect(await stateOf(id)).toEqual({ status: 'active', sessions: 1, audited: [] });
  await querySql(runtime.databaseUrl, `update users set status = 'disabled' where id = $1`, [id]);
  await expect(enable(staff(held), id)).rejects.toMatchObject(refusal);
  expect(await stateOf(id)).toEqual({ status: 'disabled', sessions: 1, audited: [] });
});

test('staff are disabled by staff who may do as much', async () => {
  const id = await account({ roleName: 'support', permissions: ['orders:read'] });
  await disable(staff(['staff:write', 'orders:read']), id);
  expect(await stateOf(id)).toMatchObject({ status: 'disabled', sessions: 0 });
});

test('the last administrator is not disabled, whoever asks', async () => {
  const [first, second] = [await account({ roleName: 'administrator' }), await account({ roleName: 'administrator' })];
  await disable(administrator(second), first);
  await expect(disable(administrator(second), second)).rejects.toMatchObject({ code: 'last_administrator' });
  expect(await stateOf(second)).toEqual({ status: 'active', sessions: 1, audited: [] });
});

test('two administrators who disable each other at the same moment leave one', async () => {
  for (let round = 0; round < 10; round += 1) {
    await querySql(runtime.databaseUrl, 'delete from users');
    const [first, second] = [
      await account({ roleName: 'administrator' }),
      await account({ roleName: 'administrator' }),
    ];
    const results = await Promise.allSettled([
      disable(administrator(first), second),
      disable(administrator(second), first),
    ]);
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
    expect(await roles.countAdministrators(runtime.db, { exceptUserId: null })).toBe(1);
  }
});

test('an account that is not there or was erased is not found', async () => {
  const id = await account();
  await querySql(runtime.databaseUrl, `update users set status = 'erased' where id = $1`, [id]);
  for (const userId of [id, STAFF_ID]) {
    await expect(disable(staff(permissions), userId)).rejects.toMatchObject({ code: 'user_not_found' });
    await expect(enable(staff(permissions), userId)).rejects.toMatchObject({ code: 'user_not_found' });
  }
});
