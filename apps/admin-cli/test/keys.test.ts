import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { ADMIN, openStore, type TestStore } from './harness.ts';

// Each step is a process of its own, and others share the machine.
vi.setConfig({ testTimeout: 90_000 });

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const keys = () => querySql<{ kid: string }>(store.databaseUrl, 'select * from signing_keys order by created_at');
const sessions = async () => (await querySql(store.databaseUrl, 'select 1 from sessions')).length;

it('rotates the keys, lists them, and stays logged in', async () => {
  expect((await store.guest(['keys', 'list'])).code).toBe(77);
  const { code, stdout } = await store.cli(['keys', 'rotate']);
  expect(code).toBe(0);
  const [first, second] = await keys();
  expect(stdout).toBe(`Access tokens are signed with ${second?.kid} from now on.\n`);
  const before = await sessions();
  const listed = await store.cli(['keys', 'list']);
  expect(listed.stdout).toMatch(/^Key +State +Made +Retired +Revoked$/m);
  expect(listed.stdout).toMatch(new RegExp(`^${second?.kid} +next `, 'm'));
  expect(listed.stdout).toMatch(new RegExp(`^${first?.kid} +signing `, 'm'));
  const { items } = JSON.parse((await store.cli(['keys', 'list', '--json'])).stdout);
  expect(items).toMatchObject([
    { kid: second?.kid, state: 'next', retiredAt: null, revokedAt: null },
    { kid: first?.kid, state: 'signing', retiredAt: expect.any(String), revokedAt: null },
  ]);
  expect(await sessions()).toBe(before);
});

it('does nothing drastic where nobody can be asked, unless --yes says so', async () => {
  const before = await keys();
  for (const flag of ['--emergency', '--end-sessions']) {
    const { code, stderr } = await store.cli(['keys', 'rotate', flag]);
    expect([code, stderr]).toEqual([64, 'cartwright: Nobody is there to ask: give --yes.\n']);
  }
  expect(await keys()).toEqual(before);
});

it('in an emergency the other keys are revoked, and the client goes on with its session', async () => {
  const { code, stdout } = await store.cli(['keys', 'rotate', '--emergency', '--yes']);
  expect(code).toBe(0);
  const [first, second, third, ...more] = await keys();
  expect(more).toEqual([]);
  expect([first, second, third]).toMatchObject([
    { revoked_at: expect.any(Date) },
    { revoked_at: expect.any(Date) },
    { revoked_at: null, retired_at: null },
  ]);
  expect(stdout).toContain(`signed with ${third?.kid}`);
  expect(stdout).toContain('refused within five seconds');
  expect((await store.cli(['whoami'])).code).toBe(0);
});

it('--end-sessions logs everybody out', async () => {
  const kept = await store.guest(['login', '--email', ADMIN.email, '--password-stdin'], { input: ADMIN.password });
  expect(kept.code).toBe(0);
  const { stdout } = await store.cli(['keys', 'rotate', '--emergency', '--end-sessions', '--yes', '--json']);
  expect(JSON.parse(stdout)).toEqual({ kid: (await keys()).at(-1)?.kid, sessionsEnded: 2 });
  expect(await sessions()).toBe(0);
  expect((await store.guest(['whoami'])).code).toBe(77);
});
