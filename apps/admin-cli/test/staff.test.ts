import { appRouter, type Permission } from '@cartwright/api';
import { createCartwrightClient } from '@cartwright/client';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ADMIN, type CliOptions, openStore, type TestStore } from './harness.ts';

// Each step is a process of its own, and others share the machine.
vi.setConfig({ testTimeout: 180_000 });

const PASSWORD = 'somebody who works in tests';

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const done = { code: 0, stderr: '' };

/** An account with a password; with roles, somebody of the staff. */
async function openAccount(email: string, ...roles: string[]): Promise<{ id: string; env: Record<string, string> }> {
  await createCartwrightClient({ url: store.url }).auth.register.mutate({ email, password: PASSWORD });
  const [user] = await querySql<{ id: string }>(store.databaseUrl, 'select id from users where email = $1', [email]);
  const id = user?.id ?? '';
  const grant = 'insert into user_roles (user_id, role_name, granted_at) values ($1, $2, now())';
  for (const role of roles) await querySql(store.databaseUrl, grant, [id, role]);
  return { id, env: { CARTWRIGHT_EMAIL: email, CARTWRIGHT_PASSWORD: PASSWORD } };
}
const asJson = async (args: string[]) => JSON.parse((await store.cli([...args, '--json'])).stdout);

describe('roles', () => {
  it('are made, listed, changed and deleted', async () => {
    const made = await store.cli([
      'roles',
      'create',
      'support',
      '--permission',
      'orders:read',
      '--description',
      'Answers',
    ]);
    expect(made).toEqual({ ...done, stdout: 'There is a role support now, with 1 permission.\n' });
    expect((await store.cli(['roles', 'list'])).stdout).toMatch(/^support +0 +orders:read +Answers$/m);
    const edited = ['roles', 'edit', 'support', '--permission', 'orders:read', '--permission', 'customers:read'];
    expect(await asJson(edited)).toMatchObject({
      name: 'support',
      description: 'Answers',
      permissions: expect.arrayContaining(['orders:read', 'customers:read']),
    });
    expect((await store.cli(['roles', 'delete', 'support'])).stdout).toBe('There is no role support any more.\n');
    const { items } = await asJson(['roles', 'list']);
    expect(items.map(({ name }: { name: string }) => name)).toEqual(['administrator']);
    expect((await store.cli(['roles', 'permissions'])).stdout).toMatch(/^orders:read +\S/m);
  });

  it('are refused for what is wrong with them', async () => {
    const unknown = await store.cli(['roles', 'create', 'x', '--permission', 'orders:everything']);
    expect(unknown).toMatchObject({ code: 64, stderr: expect.stringContaining('/permissions/0') });
    expect((await store.cli(['roles', 'delete', 'nobody'])).code).toBe(66);
    expect((await store.cli(['roles', 'delete', 'administrator'])).code).toBe(65);
  });
});

describe('staff', () => {
  it('are invited, invited again and not invited any more', async () => {
    await store.cli(['roles', 'create', 'packer', '--permission', 'orders:read']);
    const invited = await store.cli(['staff', 'invite', 'grace@example.com', '--role', 'packer', '--name', 'Grace']);
    expect(invited.stdout).toMatch(/^An invitation is on its way to grace@example.com, good until \d{4}-/);
    expect((await store.cli(['staff', 'list', '--role', 'packer'])).stdout).toMatch(
      /^grace@example.com +Grace +active +packer /m,
    );
    expect((await store.cli(['staff', 'resend', 'Grace@example.com'])).stdout).toMatch(/^Another link/);
    expect(await store.cli(['staff', 'uninvite', 'grace@example.com'])).toMatchObject(done);
    expect((await store.cli(['staff', 'list', '--role', 'packer'])).stdout).toBe('Nobody.\n');
    expect((await store.cli(['staff', 'invite', 'grace@example.com'])).code).toBe(64);
  });

  it('get and lose roles, by address or id, and are kept out and let in', async () => {
    await store.cli(['roles', 'create', 'reader', '--permission', 'orders:read']);
    await store.cli(['roles', 'create', 'seller', '--permission', 'catalog:write']);
    const { id, env } = await openAccount('ada@example.com', 'reader');
    expect((await store.cli(['orders', 'list'], { env })).code).toBe(0);
    expect((await store.cli(['staff', 'grant', 'ada@example.com', 'seller'])).stdout).toBe(
      'ada@example.com has reader, seller now.\n',
    );
    expect((await store.cli(['staff', 'revoke', id, 'reader'])).code).toBe(0);
    expect((await store.cli(['orders', 'list'], { env })).code).toBe(77);
    expect((await store.cli(['staff', 'disable', id.toUpperCase()])).code).toBe(0);
    expect((await store.cli(['products', 'list'], { env })).code).toBe(77);
    expect((await store.cli(['staff', 'enable', 'ada@example.com'])).code).toBe(0);
    expect((await store.cli(['products', 'list'], { env })).code).toBe(0);
    expect((await store.cli(['staff', 'reset-second-factors', 'ada@example.com'])).code).toBe(0);
    expect((await store.cli(['staff', 'grant', 'nobody@example.com', 'reader'])).code).toBe(66);
    expect((await store.cli(['staff', 'disable', ADMIN.email])).code).toBe(65);
    const { items } = await asJson(['audit', 'list', '--target', `user:${id}`, '--limit', '2']);
    expect(items.map(({ action }: { action: string }) => action)).toEqual([
      'user.second_factors_reset',
      'user.enabled',
    ]);
    expect((await store.cli(['audit', 'list', '--action', 'user.disabled'])).stdout).toContain(`user:${id}`);
    expect((await store.cli(['audit', 'list', '--actor', 'me'])).code).toBe(64);
  });
});

describe('API keys', () => {
  it('are printed once, open what they may, and nothing once revoked', async () => {
    const made = await store.cli([
      'api-keys',
      'create',
      'warehouse',
      '--permission',
      'orders:read',
      '--expires-in-days',
      '7',
    ]);
    expect(made).toMatchObject({ code: 0, stdout: expect.stringMatching(/^cw_\S+\n$/) });
    const env = { CARTWRIGHT_API_KEY: made.stdout.trim() };
    expect((await store.guest(['orders', 'list'], { env })).code).toBe(0);
    expect((await store.guest(['products', 'list'], { env })).code).toBe(77);
    const listed = await store.cli(['api-keys', 'list']);
    expect(listed.stdout).not.toContain(env.CARTWRIGHT_API_KEY);
    const prefix = /^(cw_\S+) +warehouse /m.exec(listed.stdout)?.[1] ?? '';
    expect(env.CARTWRIGHT_API_KEY.startsWith(prefix)).toBe(true);
    expect((await store.cli(['api-keys', 'revoke', prefix])).code).toBe(0);
    const refused = await store.guest(['orders', 'list'], { env });
    expect(refused).toMatchObject({ code: 77, stderr: expect.stringContaining('CARTWRIGHT_API_KEY is unknown') });
    expect((await store.cli(['api-keys', 'revoke', 'cw_nothing'])).code).toBe(66);
    expect((await store.cli(['api-keys', 'create', 'x'])).code).toBe(64);
  });

  it('stand alone: not beside credentials, and not for logging in or out', async () => {
    const env = { CARTWRIGHT_API_KEY: 'cw_x' };
    expect(await store.cli(['orders', 'list'], { env })).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('not both'),
    });
    expect((await store.guest(['login', '--email', ADMIN.email, '--password-stdin'], { env, input: 'x' })).code).toBe(
      64,
    );
    expect((await store.guest(['logout'], { env })).code).toBe(64);
  });
});

/** A command of every group and the procedure that it comes down to, whose own rule says what it needs. */
const COMMANDS: [procedure: string, args: string[]][] = [
  ['order.adminList', ['orders', 'list']],
  ['catalog.adminProducts', ['products', 'list']],
  ['customer.adminList', ['customers', 'list']],
  ['access.roles', ['roles', 'list']],
  ['access.staff', ['staff', 'list']],
  ['access.apiKeys', ['api-keys', 'list']],
  ['access.auditLog', ['audit', 'list']],
  ['auth.listSigningKeys', ['keys', 'list']],
  ['inventory.setStock', ['stock', 'set', '01900000-0000-7000-8000-0000000000ff', '1']],
];

function permissionOf(path: string): Permission {
  const procedures = appRouter._def.procedures as unknown as Record<string, { _def: { meta?: { access?: unknown } } }>;
  const access = procedures[path]?._def.meta?.access as { permission?: Permission } | undefined;
  if (access?.permission === undefined) throw new Error(`${path} needs no permission.`);
  return access.permission;
}

describe('the authorization table holds for', () => {
  it.each(COMMANDS)('%s', async (path, args) => {
    const permission = permissionOf(path);
    const name = path.replace('.', '-').toLowerCase();
    const client = store.client;
    const { permissions } = await client.access.roles.query();
    const others = permissions.map((each) => each.name).filter((each) => each !== permission);
    await client.access.createRole.mutate({ name: `${name}-with`, permissions: [permission] });
    await client.access.createRole.mutate({ name: `${name}-without`, permissions: others });
    const { env: having } = await openAccount(`${name}-with@example.com`, `${name}-with`);
    const { env: lacking } = await openAccount(`${name}-without@example.com`, `${name}-without`);
    const made = async (...given: Permission[]) => client.access.createApiKey.mutate({ name, permissions: given });
    const [withIt, without, revoked] = [await made(permission), await made(...others), await made(permission)];
    await client.access.revokeApiKey.mutate({ apiKeyId: revoked.apiKey.id });

    // The variant is not there, which only those hear who may ask.
    const allowed = path === 'inventory.setStock' ? 66 : 0;
    const callers: [string, CliOptions, number][] = [
      ['anonymous', {}, 77],
      ['staff without', { env: lacking }, 77],
      ['staff with', { env: having }, allowed],
      ['API key without', { env: { CARTWRIGHT_API_KEY: without.key } }, 77],
      ['API key with', { env: { CARTWRIGHT_API_KEY: withIt.key } }, allowed],
      ['revoked API key', { env: { CARTWRIGHT_API_KEY: revoked.key } }, 77],
    ];
    const answers = await Promise.all(
      callers.map(async ([who, options]) => [who, (await store.guest(args, options)).code]),
    );
    expect(answers).toEqual(callers.map(([who, , code]) => [who, code]));
  });
});
