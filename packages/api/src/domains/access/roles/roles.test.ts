import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Permission, permissions } from '../../../kit/actor.ts';
import { appRouter } from '../../../root.ts';
import { insertTestRole, openAccount, openStaff } from '../../../testing/accounts.ts';
import { makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

async function staffWho(...held: Permission[]) {
  const staff = await openStaff(runtime, { permissions: held });
  return { ...staff, api: appRouter.createCaller(staff.ctx).access };
}
const administrator = async () => {
  const staff = await openStaff(runtime, { roleNames: ['administrator'] });
  return { ...staff, api: appRouter.createCaller(staff.ctx).access };
};

async function stored(name: string) {
  const [row] = await querySql(
    runtime.databaseUrl,
    `select description, permissions, version,
       array(select action from audit_log where target = 'role:' || $1 order by id) as audited
     from roles where name = $1`,
    [name],
  );
  return row;
}

const refusal = (code: string, details?: object) => ({ cause: { code, ...(details && { details }) } });

describe('roles', () => {
  test('are listed with what there is to give: every permission, in words', async () => {
    const { api, roleNames } = await staffWho('staff:read');
    const list = await api.roles();
    expect(list.permissions.map(({ name }) => name)).toEqual(permissions);
    for (const { description } of list.permissions) expect(description).toMatch(/^[A-Z].+\.$/);
    expect(list.items[0]).toMatchObject({ name: 'administrator', builtIn: true, permissions: [...permissions] });
    const own = list.items.find(({ name }) => name === roleNames[0]);
    expect(own).toMatchObject({ builtIn: false, permissions: ['staff:read'], memberCount: 1, version: 1 });
  });

  test('are made once, with a name of their own', async () => {
    const { api } = await administrator();
    const made = await api.createRole({ name: 'support', permissions: ['orders:read', 'orders:cancel'] });
    expect(made).toMatchObject({ name: 'support', description: '', builtIn: false, version: 1 });
    await expect(api.createRole({ name: 'support', permissions: [] })).rejects.toMatchObject(
      refusal('role_name_taken'),
    );
    const kept = { permissions: ['orders:read', 'orders:cancel'], audited: ['role.created'] };
    expect(await stored('support')).toMatchObject(kept);
    for (const name of ['customer', 'Support', '1st', '', 'x'.repeat(51)]) {
      await expect(api.createRole({ name, permissions: [] })).rejects.toMatchObject(refusal('invalid_input'));
    }
  });

  test('are changed by whoever has seen them as they are; anybody else is shown how they are', async () => {
    const { api } = await administrator();
    await insertTestRole(runtime, ['orders:read'], 'clerk');
    const edited = await api.editRole({
      roleName: 'clerk',
      version: 1,
      permissions: ['orders:read', 'orders:fulfill'],
    });
    expect(edited).toMatchObject({ version: 2, description: '', permissions: ['orders:read', 'orders:fulfill'] });
    const stale = api.editRole({ roleName: 'clerk', version: 1, description: 'Late' });
    await expect(stale).rejects.toMatchObject(refusal('version_conflict', { version: 2, current: edited }));
    expect(await stored('clerk')).toEqual({
      description: '',
      permissions: ['orders:read', 'orders:fulfill'],
      version: 2,
      audited: ['role.edited'],
    });
    expect(await api.editRole({ roleName: 'clerk', description: 'Ships' })).toMatchObject({
      version: 3,
      description: 'Ships',
      permissions: ['orders:read', 'orders:fulfill'],
    });
  });

  test('change what their holders may do within five seconds', async () => {
    const { api } = await administrator();
    const { accessToken, roleNames } = await openStaff(runtime, { permissions: ['orders:read'] });
    const [roleName = ''] = roleNames;
    await api.editRole({ roleName, permissions: ['orders:cancel'] });
    runtime.clock.advance(5);
    expect(await runtime.accessTokens.verify(accessToken)).toMatchObject({ permissions: ['orders:cancel'] });
  });

  test('that are built in stay as they are', async () => {
    const { api } = await administrator();
    const edit = api.editRole({ roleName: 'administrator', permissions: [] });
    await expect(edit).rejects.toMatchObject(refusal('role_built_in'));
    await expect(api.deleteRole({ roleName: 'administrator' })).rejects.toMatchObject(refusal('role_built_in'));
    expect(await stored('administrator')).toMatchObject({ version: 1, audited: [] });
  });

  test('are deleted when nobody has them or is invited to them', async () => {
    const { api, id } = await administrator();
    await insertTestRole(runtime, [], 'packer');
    const holder = await openAccount(runtime, { roleNames: ['packer'] });
    const held = api.deleteRole({ roleName: 'packer' });
    await expect(held).rejects.toMatchObject(refusal('role_in_use', { members: 1, invitations: 0 }));
    await querySql(runtime.databaseUrl, 'delete from user_roles where user_id = $1', [holder.id]);
    const invite = `insert into invitations (user_id, email, invited_by, link_id, created_at, expires_at)
      values ($1, 'a@example.com', $2, $2, now(), now() + interval '1 day')`;
    await querySql(runtime.databaseUrl, invite, [holder.id, id]);
    await querySql(runtime.databaseUrl, `insert into invitation_roles values ($1, 'packer')`, [holder.id]);
    const invited = api.deleteRole({ roleName: 'packer' });
    await expect(invited).rejects.toMatchObject(refusal('role_in_use', { members: 0, invitations: 1 }));
    expect(await stored('packer')).toMatchObject({ audited: [] });
    await querySql(runtime.databaseUrl, 'delete from invitations');
    await api.deleteRole({ roleName: 'packer' });
    expect(await stored('packer')).toBeUndefined();
  });

  test('are either deleted or given when both happen at once, and nothing breaks', async () => {
    const { api } = await administrator();
    for (let round = 0; round < 10; round += 1) {
      const roleName = await insertTestRole(runtime, []);
      const member = await staffWho();
      const results = await Promise.allSettled([
        api.deleteRole({ roleName }),
        api.grantRole({ userId: member.id, roleName }),
      ]);
      const codes = results.map((result) => (result.status === 'rejected' ? result.reason.cause.code : 'ok'));
      expect(['ok,role_unknown', 'role_in_use,ok']).toContain(codes.join());
    }
  });

  test('that are not there are not found', async () => {
    const { api } = await administrator();
    const edit = api.editRole({ roleName: 'nobody', description: '' });
    await expect(edit).rejects.toMatchObject(refusal('role_not_found'));
    await expect(api.deleteRole({ roleName: 'nobody' })).rejects.toMatchObject(refusal('role_not_found'));
  });
});

describe('nobody makes a role into more than they may do themselves', () => {
  test('by making one', async () => {
    const { api } = await staffWho('roles:write', 'orders:read');
    const made = api.createRole({ name: 'too-much', permissions: ['orders:read', 'orders:cancel', 'keys:rotate'] });
    const missing = { permissions: ['orders:cancel', 'keys:rotate'] };
    await expect(made).rejects.toMatchObject(refusal('permission_not_held', missing));
    expect(await stored('too-much')).toBeUndefined();
  });

  test('by adding to their own', async () => {
    const { api, roleNames } = await staffWho('roles:write');
    const [roleName = ''] = roleNames;
    const edit = api.editRole({ roleName, permissions: ['roles:write', 'staff:write'] });
    await expect(edit).rejects.toMatchObject(refusal('permission_not_held', { permissions: ['staff:write'] }));
    expect(await stored(roleName)).toMatchObject({ permissions: ['roles:write'], version: 1, audited: [] });
  });

  test('or touches a role that allows more, not even to take something away or to delete it', async () => {
    const { api } = await staffWho('roles:write');
    const roleName = await insertTestRole(runtime, ['orders:read']);
    const lacking = refusal('permission_not_held', { permissions: ['orders:read'] });
    await expect(api.editRole({ roleName, permissions: [] })).rejects.toMatchObject(lacking);
    await expect(api.editRole({ roleName, description: 'Mine' })).rejects.toMatchObject(lacking);
    await expect(api.deleteRole({ roleName })).rejects.toMatchObject(lacking);
    expect(await stored(roleName)).toEqual({ description: '', permissions: ['orders:read'], version: 1, audited: [] });
  });
});
