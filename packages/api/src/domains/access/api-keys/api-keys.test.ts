import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Permission } from '../../../kit/actor.ts';
import { sha256Hex } from '../../../kit/ids.ts';
import { appRouter } from '../../../root.ts';
import { openStaff } from '../../../testing/accounts.ts';
import { makeTestRuntime, silentLog, type TestRuntime } from '../../../testing/index.ts';
import { createApiKeys } from './database-api-keys.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

async function staffWho(...held: Permission[]) {
  const staff = await openStaff(runtime, { permissions: held });
  return { ...staff, api: appRouter.createCaller(staff.ctx).access };
}

const admit = async () => undefined;
const verify = (key: string) => runtime.apiKeys.verify(key, admit);
const refusal = (code: string, details?: object) => ({ cause: { code, ...(details && { details }) } });

async function stored(id: string) {
  const [row] = await querySql(
    runtime.databaseUrl,
    `select secret_hash, permissions, last_used_at, revoked_at,
       array(select action from audit_log where target = 'api-key:' || k.id order by id) as audited
     from api_keys k where id = $1`,
    [id],
  );
  return row;
}

describe('an API key', () => {
  test('is shown once, kept as a hash, and stands for its maker with the permissions it was made with', async () => {
    const {
      api,
      id: userId,
      email,
    } = await staffWho('api-keys:write', 'api-keys:read', 'orders:read', 'orders:cancel');
    const { key, apiKey } = await api.createApiKey({ name: 'Warehouse', permissions: ['orders:read'] });
    expect(key).toMatch(/^cw_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/);
    expect(key.startsWith(`${apiKey.prefix}_`)).toBe(true);
    expect(apiKey).toMatchObject({ name: 'Warehouse', createdBy: { id: userId, email }, lastUsedAt: null });
    expect(apiKey.expiresAt.getTime() - runtime.clock.now().getTime()).toBe(90 * 86_400_000);
    const kept = await stored(apiKey.id);
    expect(kept).toMatchObject({ secret_hash: sha256Hex(key), audited: ['api_key.created'] });
    const everything = await querySql(runtime.databaseUrl, 'select k::text, a::text from api_keys k, audit_log a');
    expect(JSON.stringify(everything)).not.toContain(key.slice(12));
    expect(JSON.stringify(await api.apiKeys({}))).not.toContain(key.slice(12));
    expect(await verify(key)).toEqual({ kind: 'apiKey', keyId: apiKey.id, userId, permissions: ['orders:read'] });
  });

  test('is never made with more than its maker may do', async () => {
    const { api, id } = await staffWho('api-keys:write');
    const made = api.createApiKey({ name: 'Too much', permissions: ['api-keys:write', 'orders:read'] });
    await expect(made).rejects.toMatchObject(refusal('permission_not_held', { permissions: ['orders:read'] }));
    expect(await querySql(runtime.databaseUrl, 'select id from api_keys where user_id = $1', [id])).toEqual([]);
  });

  test.each([
    ['no permission', { permissions: [] }],
    ['the same permission twice', { permissions: ['orders:read', 'orders:read'] as const }],
    ['more than a year', { permissions: ['orders:read'] as const, expiresInDays: 366 }],
    ['no time at all', { permissions: ['orders:read'] as const, expiresInDays: 0 }],
  ])('is not made for %s', async (_name, input) => {
    const { api } = await staffWho('api-keys:write', 'orders:read');
    const made = api.createApiKey({ name: 'Odd', ...input, permissions: [...input.permissions] });
    await expect(made).rejects.toMatchObject(refusal('invalid_input'));
  });

  test('can do what its maker may still do, and nothing once the maker is switched off', async () => {
    const maker = await staffWho('api-keys:write', 'orders:read', 'orders:cancel');
    const permissions = ['orders:read', 'orders:cancel'] as const;
    const { key } = await maker.api.createApiKey({ name: 'Shrinks', permissions: [...permissions] });
    const change = async (statement: string) => {
      await querySql(runtime.databaseUrl, statement, [maker.id]);
      runtime.clock.advance(5);
      return verify(key);
    };
    expect(await verify(key)).toMatchObject({ permissions });
    const shrink = `update roles set permissions = '{orders:cancel,customers:read}'
      where name in (select role_name from user_roles where user_id = $1)`;
    expect(await change(shrink)).toMatchObject({ permissions: ['orders:cancel'] });
    expect(await change('delete from user_roles where user_id = $1')).toMatchObject({ permissions: [] });
    for (const status of ['disabled', 'erased']) {
      expect(await change(`update users set status = '${status}' where id = $1`)).toBeUndefined();
      expect(await change(`update users set status = 'active' where id = $1`)).toBeDefined();
    }
  });

  test('is worth nothing from the moment it expires, also where it is remembered', async () => {
    const { api } = await staffWho('api-keys:write', 'orders:read');
    const { key, apiKey } = await api.createApiKey({ name: 'Short', permissions: ['orders:read'], expiresInDays: 1 });
    runtime.clock.set(new Date(apiKey.expiresAt.getTime() - 1));
    expect(await verify(key)).toBeDefined();
    runtime.clock.advance(0.001);
    expect(await verify(key)).toBeUndefined();
    runtime.clock.advance(5);
    expect(await verify(key)).toBeUndefined();
  });

  test('that is revoked is refused at once here, and within five seconds by every other process', async () => {
    const { api } = await staffWho('api-keys:write', 'orders:read');
    const { key, apiKey } = await api.createApiKey({ name: 'Leaked', permissions: ['orders:read'] });
    const elsewhere = createApiKeys(runtime);
    expect(await verify(key)).toBeDefined();
    expect(await elsewhere.verify(key, admit)).toBeDefined();
    await api.revokeApiKey({ apiKeyId: apiKey.id });
    await api.revokeApiKey({ apiKeyId: apiKey.id });
    expect(await verify(key)).toBeUndefined();
    runtime.clock.advance(5);
    expect(await elsewhere.verify(key, admit)).toBeUndefined();
    expect(await stored(apiKey.id)).toMatchObject({ audited: ['api_key.created', 'api_key.revoked'] });
  });

  test('of somebody else is revoked only by those who may do what it can', async () => {
    const maker = await staffWho('api-keys:write', 'orders:read');
    const { apiKey } = await maker.api.createApiKey({ name: 'Theirs', permissions: ['orders:read'] });
    const other = await staffWho('api-keys:write');
    const revoked = other.api.revokeApiKey({ apiKeyId: apiKey.id });
    await expect(revoked).rejects.toMatchObject(refusal('permission_not_held', { permissions: ['orders:read'] }));
    expect(await stored(apiKey.id)).toMatchObject({ revoked_at: null, audited: ['api_key.created'] });
    const peer = await staffWho('api-keys:write', 'orders:read');
    await peer.api.revokeApiKey({ apiKeyId: apiKey.id });
    expect(await stored(apiKey.id)).toMatchObject({ revoked_at: runtime.clock.now() });
  });

  test('that is not there cannot be revoked', async () => {
    const { api } = await staffWho('api-keys:write');
    const revoked = api.revokeApiKey({ apiKeyId: '01a20916-bf14-7f9f-a01b-5916b6346912' });
    await expect(revoked).rejects.toMatchObject(refusal('api_key_not_found'));
  });

  test('is listed page by page, the newest first', async () => {
    const { api } = await staffWho('api-keys:write', 'api-keys:read');
    const made: string[] = [];
    for (const name of ['a', 'b', 'c'])
      made.push((await api.createApiKey({ name, permissions: ['api-keys:read'] })).apiKey.id);
    const first = await api.apiKeys({ limit: 2 });
    const second = await api.apiKeys({ limit: 1, cursor: first.nextCursor ?? '' });
    expect([...first.items, ...second.items].map(({ id }) => id)).toEqual(made.reverse());
    await expect(api.apiKeys({ cursor: 'x' })).rejects.toMatchObject(refusal('cursor_invalid'));
  });
});

describe('asking the database about a key', () => {
  const statements = () => runtime.takeStatements().length;

  test('happens at most once in five seconds, for all requests together; its use is noted once a minute', async () => {
    const { api } = await staffWho('api-keys:write', 'orders:read');
    const { key, apiKey } = await api.createApiKey({ name: 'Busy', permissions: ['orders:read'] });
    const many = () => Promise.all(Array.from({ length: 20 }, () => verify(key)));
    const noted = (at: Date) => expect.poll(() => stored(apiKey.id)).toMatchObject({ last_used_at: at });
    runtime.takeStatements();
    await many();
    const firstUse = runtime.clock.now();
    await noted(firstUse);
    expect(statements()).toBe(2);
    runtime.clock.advance(4.9);
    await many();
    expect(statements()).toBe(0);
    for (let second = 5; second < 60; second += 5) {
      runtime.clock.advance(5);
      await many();
      expect(statements()).toBe(1);
    }
    expect(await stored(apiKey.id)).toMatchObject({ last_used_at: firstUse });
    runtime.clock.advance(5.2);
    await many();
    await noted(runtime.clock.now());
    expect(statements()).toBe(2);
  });

  test('happens once for a key that nobody has, after whoever shows it was let in', async () => {
    const guess = `cw_00000000_${'A'.repeat(43)}`;
    let admitted = 0;
    const guessing = () =>
      runtime.apiKeys.verify(guess, async () => {
        admitted += 1;
      });
    runtime.takeStatements();
    for (let i = 0; i < 5; i += 1) expect(await guessing()).toBeUndefined();
    expect({ admitted, asked: statements() }).toEqual({ admitted: 1, asked: 1 });
    const turnedAway = runtime.apiKeys.verify(`cw_00000001_${'A'.repeat(43)}`, () => Promise.reject(new Error('full')));
    await expect(turnedAway).rejects.toThrow('full');
    expect(statements()).toBe(0);
  });

  test('is not spared by what is no key at all', () => {
    const isKey = (text: string) => runtime.apiKeys.isKey(text);
    expect(isKey(`cw_0a1b2c3d_${'A'.repeat(43)}`)).toBe(true);
    for (const text of ['', 'cw_', `cw_0a1b2c3d_${'A'.repeat(42)}`, `cw_0A1B2C3D_${'A'.repeat(43)}`, 'a.b.c']) {
      expect(isKey(text)).toBe(false);
    }
  });

  test('may fail: that is an error, not a refusal, and is not remembered; a use that cannot be noted fails nothing', async () => {
    const { api } = await staffWho('api-keys:write', 'orders:read');
    const { key } = await api.createApiKey({ name: 'Unlucky', permissions: ['orders:read'] });
    const warnings: unknown[] = [];
    const log = { ...silentLog, warn: (fields: object) => void warnings.push(fields) };
    const rename = (from: string, to: string) => querySql(runtime.databaseUrl, `alter table ${from} rename to ${to}`);
    const keys = createApiKeys({ ...runtime, log });
    await rename('api_keys', 'api_keys_gone');
    await expect(keys.verify(key, admit)).rejects.toThrow('api_keys');
    await rename('api_keys_gone', 'api_keys');
    const refuse = `create function no_update() returns trigger language plpgsql as $$ begin raise 'read only'; end $$;
      create trigger no_update before update on api_keys for each row execute function no_update()`;
    await querySql(runtime.databaseUrl, refuse);
    expect(await keys.verify(key, admit)).toBeDefined();
    await expect.poll(() => warnings).toHaveLength(1);
    await querySql(runtime.databaseUrl, 'drop function no_update cascade');
  });
});
