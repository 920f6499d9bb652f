import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createCartwrightClient } from '@cartwright/client';
import { createTestDatabase, querySql, type TestDatabase } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { ADMIN, openStore, runCli, type TestStore } from './harness.ts';

// Each step is a process of its own, and others share the machine.
vi.setConfig({ testTimeout: 90_000 });

describe('ops on an empty database', () => {
  let database: TestDatabase;
  let mediaDir: string;
  beforeAll(async () => {
    database = await createTestDatabase();
    mediaDir = await mkdtemp(join(tmpdir(), 'cartwright-media-'));
  });
  afterAll(async () => {
    await database.drop();
    await rm(mediaDir, { recursive: true });
  });

  const ops = (args: string[], env: Record<string, string> = {}, input?: string) =>
    runCli(['ops', ...args], {
      env: { DATABASE_URL: database.url, MEDIA_DIR: mediaDir, ...env },
      ...(input !== undefined && { input }),
    });

  it('setup makes a store and an administrator with a password of its own, in one line of JSON', async () => {
    const first = await ops(['setup', '--json']);
    expect([first.code, first.stderr]).toEqual([0, '']);
    expect(first.stdout.trim().split('\n')).toHaveLength(1);
    const result = JSON.parse(first.stdout);
    expect(result).toEqual({
      adminEmail: 'admin@example.com',
      adminPassword: expect.stringMatching(/^[\w-]{20}$/),
      seeded: true,
    });
  });

  it('setup again changes nothing and tells no password', async () => {
    const again = await ops(['setup', '--json']);
    expect(JSON.parse(again.stdout)).toMatchObject({ adminEmail: 'admin@example.com', adminPassword: null });
  });

  it('setup adds the administrator that the environment names, and tells its password only if it was made', async () => {
    const given = await ops(['setup'], { ADMIN_EMAIL: 'Boss@Example.com', ADMIN_PASSWORD: 'chosen by the boss' });
    expect(JSON.parse(given.stdout)).toEqual({ adminEmail: 'Boss@Example.com', adminPassword: null, seeded: false });
    const made = await ops(['setup'], { ADMIN_EMAIL: 'other@example.com' });
    expect(JSON.parse(made.stdout).adminPassword).toMatch(/^[\w-]{20}$/);
    const unnamed = await ops(['setup']);
    expect(JSON.parse(unnamed.stdout)).toEqual({ adminEmail: 'admin@example.com', adminPassword: null, seeded: false });
  });

  it('migrate says that there is nothing to do', async () => {
    expect((await ops(['migrate'])).stdout).toBe('The database is up to date.\n');
    expect(JSON.parse((await ops(['migrate', '--json'])).stdout)).toEqual({ applied: [] });
  });

  it('create-admin prints a password once, and leaves an administrator alone', async () => {
    const made = await ops(['create-admin', '--email', 'new@example.com']);
    expect(made.stdout).toMatch(/^new@example\.com is an administrator now\. Password, shown once: [\w-]{20}\n$/);
    const again = await ops(['create-admin', '--email', 'new@example.com', '--password', 'another password']);
    expect(again.stdout).toBe('new@example.com is an administrator already; nothing was changed.\n');
    const json = await ops(
      ['create-admin', '--email', 'more@example.com', '--json', '--password-stdin'],
      {},
      'as given here\n',
    );
    expect(JSON.parse(json.stdout)).toEqual({ email: 'more@example.com', created: true, password: null });
  });

  it('create-admin refuses what is no address, and a password that is too short', async () => {
    const address = await ops(['create-admin', '--email', 'nobody']);
    expect([address.code, address.stderr]).toEqual([64, expect.stringContaining('(invalid_input)')]);
    const password = await ops(['create-admin', '--email', 'x@example.com', '--password', 'short']);
    expect(password.code).toBe(64);
    expect((await ops(['create-admin'])).code).toBe(64);
  });

  it('exits 64 without a database, 75 when it is gone', async () => {
    expect(await runCli(['ops', 'migrate'])).toMatchObject({
      code: 64,
      stderr: expect.stringContaining('DATABASE_URL'),
    });
    expect((await runCli(['ops', 'migrate'], { env: { DATABASE_URL: 'mysql://x' } })).code).toBe(64);
    const gone = { env: { DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' } };
    expect((await runCli(['ops', 'migrate'], gone)).code).toBe(75);
    expect((await runCli(['ops', 'create-admin', '--email', 'x@example.com'], gone)).code).toBe(75);
  });
});

describe('ops on a store that is in use', () => {
  let store: TestStore;
  beforeAll(async () => {
    store = await openStore();
  });
  afterAll(() => store.close());

  it('seed refuses to touch it', async () => {
    const { code, stderr } = await runCli(['ops', 'seed'], { env: { DATABASE_URL: store.databaseUrl } });
    expect([code, stderr]).toEqual([65, 'cartwright: The store is not empty, so nothing was added.\n']);
  });

  it('setup without a name takes the administrator there is', async () => {
    const { stdout } = await runCli(['ops', 'setup'], { env: { DATABASE_URL: store.databaseUrl } });
    expect(JSON.parse(stdout)).toEqual({ adminEmail: ADMIN.email, adminPassword: null, seeded: false });
  });

  it('create-admin makes a registered customer an administrator who logs in with the new password', async () => {
    const customer = { email: 'ann@example.com', password: 'what somebody registered' };
    const client = createCartwrightClient({ url: store.url });
    await client.auth.register.mutate(customer);
    const args = ['ops', 'create-admin', '--email', customer.email, '--json'];
    const { stdout } = await runCli(args, { env: { DATABASE_URL: store.databaseUrl } });
    const { password } = JSON.parse(stdout);
    const user = await client.login({ email: customer.email, password });
    expect(user.roles).toContain('administrator');
  });

  it('erasures are listed, applied again after a restore, and applying them twice changes nothing', async () => {
    const env = { DATABASE_URL: store.databaseUrl };
    const ops = (...args: string[]) => runCli(['ops', 'erasures', ...args], { env });
    const customer = { email: 'gone@example.com', password: 'what somebody registered' };
    const client = createCartwrightClient({ url: store.url });
    await client.auth.register.mutate(customer);
    const { id } = await client.login(customer);
    const row = await querySql<{ email: string }>(store.databaseUrl, 'select * from users where id = $1', [id]);
    await client.account.deleteAccount.mutate();
    const listed = await ops('export');
    expect([listed.code, listed.stderr]).toEqual([0, '']);
    expect(
      listed.stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line)),
    ).toEqual([{ userId: id, erasedAt: expect.stringMatching(/^\d{4}-.*Z$/) }]);

    // What a backup from before the erasure brings back.
    await querySql(store.databaseUrl, 'delete from erasures');
    await querySql(store.databaseUrl, `update users set status = 'active', email = $2 where id = $1`, [
      id,
      row[0]?.email,
    ]);
    const file = join(store.configHome, 'erasures.ndjson');
    await writeFile(
      file,
      `${listed.stdout}\n{"userId":"${store.shippingMethodId}","erasedAt":"2026-01-01T00:00:00Z"}\n`,
    );
    const applied = await ops('apply', file);
    expect(applied).toMatchObject({ code: 0, stdout: '1 erased again, 0 still erased, 1 not in this database.\n' });
    expect(JSON.parse((await ops('apply', file, '--json')).stdout)).toEqual({
      erased: 0,
      erasedBefore: 1,
      unknown: 1,
      refused: [],
    });
    const again = await querySql(store.databaseUrl, 'select status from users where id = $1', [id]);
    expect(again).toEqual([{ status: 'erased' }]);
  });

  it('erasures of the last administrator are refused, and of what is no list nothing is applied', async () => {
    const env = { DATABASE_URL: store.databaseUrl };
    const file = join(store.configHome, 'other.ndjson');
    const others = `delete from user_roles where user_id not in (select id from users where email = $1)`;
    await querySql(store.databaseUrl, others, [ADMIN.email]);
    const [admin] = await querySql<{ id: string }>(store.databaseUrl, 'select id from users where email = $1', [
      ADMIN.email,
    ]);
    const line = `{"userId":"${admin?.id}","erasedAt":"2026-01-01T00:00:00Z"}\n`;
    await writeFile(file, line);
    const refused = await runCli(['ops', 'erasures', 'apply', file], { env });
    expect([refused.code, refused.stderr]).toEqual([65, expect.stringContaining(admin?.id ?? '')]);
    await writeFile(file, `${line}{"userId":"*"}\n`);
    const broken = await runCli(['ops', 'erasures', 'apply', file], { env });
    expect([broken.code, broken.stderr]).toEqual([65, expect.stringContaining('line 2')]);
    expect((await runCli(['ops', 'erasures', 'apply', `${file}.none`], { env })).code).toBe(66);
    const [row] = await querySql(store.databaseUrl, 'select status from users where id = $1', [admin?.id]);
    expect(row).toEqual({ status: 'active' });
  });
});
