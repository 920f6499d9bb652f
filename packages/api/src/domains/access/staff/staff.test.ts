import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Permission, permissions } from '../../../kit/actor.ts';
import { appRouter } from '../../../root.ts';
import { insertTestRole, openAccount, openStaff, type TestAccount } from '../../../testing/accounts.ts';
import { makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';

let runtime: TestRuntime;
let owner: Awaited<ReturnType<typeof staffWith>>;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  owner = await staffWith({ roleNames: ['administrator'] });
});
afterAll(() => runtime.dispose());

async function staffWith(options: { permissions?: readonly Permission[]; roleNames?: readonly string[] }) {
  const staff = await openStaff(runtime, options);
  return { ...staff, api: appRouter.createCaller(staff.ctx).access };
}

async function stateOf({ id }: TestAccount) {
  const [row] = await querySql(
    runtime.databaseUrl,
    `select status, array(select role_name from user_roles where user_id = u.id order by role_name) as roles,
       array(select action from audit_log where target = 'user:' || u.id order by id) as audited
     from users u where id = $1`,
    [id],
  );
  return row;
}

const refusal = (code: string, details?: object) => ({ cause: { code, ...(details && { details }) } });

describe('staff', () => {
  test('are listed page by page, the newest first, and found one by one; customers are not among them', async () => {
    const roleName = await insertTestRole(runtime, ['orders:read']);
    const made: TestAccount[] = [];
    for (let i = 0; i < 3; i += 1) made.push(await openAccount(runtime, { roleNames: [roleName] }));
    const customer = await openAccount(runtime);
    const first = await owner.api.staff({ role: roleName, limit: 2 });
    const second = await owner.api.staff({ role: roleName, limit: 2, cursor: first.nextCursor ?? '' });
    const [a, b, c] = made;
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual([c?.id, b?.id, a?.id]);
    expect(second.nextCursor).toBeNull();
    const shown = { id: a?.id, email: a?.email, name: null, status: 'active', roles: [roleName], invitation: null };
    expect(await owner.api.staffMember({ userId: a?.id ?? '' })).toEqual({ ...shown, createdAt: runtime.clock.now() });
    const { items } = await owner.api.staff({ limit: 100 });
    expect(items.map(({ id }) => id)).not.toContain(customer.id);
    await expect(owner.api.staffMember({ userId: customer.id })).rejects.toMatchObject(refusal('staff_not_found'));
  });

  test('are given roles and lose them, each noted once; what they may do follows at once', async () => {
    const member = await staffWith({ permissions: ['orders:read'] });
    const roleName = await insertTestRole(runtime, ['orders:cancel']);
    const granted = await owner.api.grantRole({ userId: member.id, roleName });
    expect(granted.roles).toEqual([...member.roleNames, roleName].sort());
    await owner.api.grantRole({ userId: member.id, roleName });
    const now = () => runtime.accessTokens.verify(member.accessToken);
    expect(await now()).toMatchObject({ permissions: ['orders:read', 'orders:cancel'] });
    await owner.api.revokeRole({ userId: member.id, roleName });
    await owner.api.revokeRole({ userId: member.id, roleName });
    expect(await now()).toMatchObject({ permissions: ['orders:read'] });
    expect(await stateOf(member)).toMatchObject({ audited: ['staff.role_granted', 'staff.role_revoked'] });
    await owner.api.revokeRole({ userId: member.id, roleName: member.roleNames[0] ?? '' });
    expect(await now()).toMatchObject({ kind: 'customer' });
  });

  test('are switched off and on; customers are not, and look like nobody', async () => {
    const member = await staffWith({ permissions: ['orders:read'] });
    expect(await owner.api.disableStaff({ userId: member.id })).toMatchObject({ status: 'disabled' });
    expect(await runtime.accessTokens.verify(member.accessToken)).toBeUndefined();
    expect(await owner.api.enableStaff({ userId: member.id })).toMatchObject({ status: 'active' });
    const customer = await openAccount(runtime);
    const nobody = '01a20916-bf14-7f9f-a01b-5916b6346912';
    for (const userId of [customer.id, nobody]) {
      await expect(owner.api.disableStaff({ userId })).rejects.toMatchObject(refusal('staff_not_found'));
      await expect(owner.api.enableStaff({ userId })).rejects.toMatchObject(refusal('staff_not_found'));
      const grant = owner.api.grantRole({ userId, roleName: 'administrator' });
      await expect(grant).rejects.toMatchObject(refusal('staff_not_found'));
    }
    expect(await stateOf(customer)).toEqual({ status: 'active', roles: [], audited: [] });
  });

  test('cannot be given a role that is not there', async () => {
    const member = await staffWith({ permissions: [] });
    const grant = owner.api.grantRole({ userId: member.id, roleName: 'nothing' });
    await expect(grant).rejects.toMatchObject(refusal('role_unknown', { role: 'nothing' }));
  });
});

describe('nobody gives or takes away what they may not do themselves', () => {
  test('a role with more is neither given to others nor to oneself', async () => {
    const clerk = await staffWith({ permissions: ['staff:write', 'orders:read'] });
    const member = await staffWith({ permissions: ['orders:read'] });
    const roleName = await insertTestRole(runtime, ['orders:read', 'orders:cancel']);
    for (const who of [member, clerk]) {
      const before = await stateOf(who);
      const grant = clerk.api.grantRole({ userId: who.id, roleName });
      await expect(grant).rejects.toMatchObject(refusal('permission_not_held', { permissions: ['orders:cancel'] }));
      const rule = clerk.api.grantRole({ userId: who.id, roleName: 'administrator' });
      const missing = permissions.filter((each) => each !== 'staff:write' && each !== 'orders:read');
      await expect(rule).rejects.toMatchObject(refusal('permission_not_held', { permissions: missing }));
      expect(await stateOf(who)).toEqual(before);
    }
  });

  test('whoever may do more is neither demoted nor switched off or on, nor given anything', async () => {
    const clerk = await staffWith({ permissions: ['staff:write'] });
    const boss = await staffWith({ permissions: ['orders:cancel'] });
    const shared = await insertTestRole(runtime, []);
    await owner.api.grantRole({ userId: boss.id, roleName: shared });
    const before = await stateOf(boss);
    const lacking = refusal('permission_not_held', { permissions: ['orders:cancel'] });
    const userId = boss.id;
    await expect(clerk.api.revokeRole({ userId, roleName: shared })).rejects.toMatchObject(lacking);
    await expect(clerk.api.grantRole({ userId, roleName: shared })).rejects.toMatchObject(lacking);
    await expect(clerk.api.disableStaff({ userId })).rejects.toMatchObject(lacking);
    await expect(clerk.api.enableStaff({ userId })).rejects.toMatchObject(lacking);
    await expect(clerk.api.disableStaff({ userId: owner.id })).rejects.toMatchObject(refusal('permission_not_held'));
    expect(await stateOf(boss)).toEqual(before);
    expect(await stateOf(owner)).toMatchObject({ status: 'active' });
  });
});

describe('the last administrator', () => {
  test('keeps the role and the account; a disabled one does not count', async () => {
    const other = await staffWith({ roleNames: ['administrator'] });
    const own = { userId: owner.id, roleName: 'administrator' };
    await owner.api.disableStaff({ userId: other.id });
    const before = await stateOf(owner);
    await expect(owner.api.revokeRole(own)).rejects.toMatchObject(refusal('last_administrator'));
    await expect(owner.api.disableStaff({ userId: owner.id })).rejects.toMatchObject(refusal('last_administrator'));
    expect(await stateOf(owner)).toEqual(before);
    await owner.api.revokeRole({ userId: other.id, roleName: 'administrator' });
    await expect(owner.api.revokeRole(own)).rejects.toMatchObject(refusal('last_administrator'));
  });

  test('remains when two demote or disable each other at the same moment', async () => {
    await querySql(runtime.databaseUrl, `delete from user_roles where role_name = 'administrator'`);
    for (let round = 0; round < 12; round += 1) {
      const [a, b] = [
        await staffWith({ roleNames: ['administrator'] }),
        await staffWith({ roleNames: ['administrator'] }),
      ];
      const demote = (by: typeof a, whom: typeof a) =>
        by.api.revokeRole({ userId: whom.id, roleName: 'administrator' });
      const disable = (by: typeof a, whom: typeof a) => by.api.disableStaff({ userId: whom.id });
      const results = await Promise.allSettled([demote(a, b), round % 2 === 0 ? demote(b, a) : disable(b, a)]);
      const refusals = results.flatMap((result) => (result.status === 'rejected' ? [result.reason.cause.code] : []));
      // Whoever comes second is the last one, or is none any more.
      expect(refusals).toHaveLength(1);
      expect(['last_administrator', 'forbidden', 'unauthenticated']).toContain(refusals[0]);
      const left = `select count(*)::int as count from user_roles join users u on u.id = user_id
        where role_name = 'administrator' and status = 'active'`;
      expect(await querySql(runtime.databaseUrl, left)).toEqual([{ count: 1 }]);
      await querySql(runtime.databaseUrl, `delete from user_roles where role_name = 'administrator'`);
    }
  });
});
