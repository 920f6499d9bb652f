import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { openStore, type TestStore } from './harness.ts';

// Each step is a process of its own, and others share the machine.
vi.setConfig({ testTimeout: 180_000 });

let store: TestStore;
beforeAll(async () => {
  store = await openStore();
});
afterAll(() => store.close());

const codeOf = async (...args: string[]) => (await store.cli(args)).code;
const textOf = async (...args: string[]) => (await store.cli(args)).stdout;
const asJson = async (...args: string[]) => JSON.parse(await textOf(...args, '--json'));

it('customers are made, found, changed, kept out and let in', async () => {
  expect(await codeOf('customer-groups', 'create', 'wholesale', 'Resellers')).toBe(0);
  const made = await asJson('customers', 'create', 'ada@example.com', '--name', 'Ada Lovelace', '--group', 'wholesale');
  expect(made).toMatchObject({ email: 'ada@example.com', status: 'active', groups: [{ code: 'wholesale' }] });
  expect(await textOf('customers', 'list', '--name', 'love')).toMatch(
    /^ada@example.com +Ada Lovelace +active +wholesale /m,
  );
  expect(await textOf('customers', 'show', 'ADA@example.com')).toMatch(/^Name +Ada Lovelace$/m);
  const edited = await asJson('customers', 'edit', made.id, '--locale', 'de-at', '--phone', '+49 170 1234567');
  expect(edited).toMatchObject({ name: 'Ada Lovelace', locale: 'de-AT', phone: '+491701234567' });
  expect(await asJson('customers', 'edit', 'ada@example.com', '--phone', '')).toMatchObject({
    phone: null,
    locale: 'de-AT',
  });
  expect(await asJson('customers', 'disable', 'ada@example.com')).toMatchObject({ status: 'disabled' });
  expect(await textOf('customers', 'list', '--status', 'active')).not.toContain('ada@');
  expect(await asJson('customers', 'enable', made.id)).toMatchObject({ status: 'active' });
  expect(await textOf('customers', 'reset-second-factors', 'ada@example.com')).toContain('no second factor');
});

it('groups are made, changed, joined, left and deleted', async () => {
  await store.cli(['customers', 'create', 'grace@example.com']);
  await store.cli(['customer-groups', 'create', 'press', 'Press', '--description', 'Gets samples']);
  expect(await textOf('customer-groups', 'edit', 'press', '--name', 'The press')).toMatch(
    /^press +The press +0 +Gets samples$/m,
  );
  expect(await textOf('customer-groups', 'add', 'press', 'grace@example.com')).toContain('is in the group press');
  expect(await textOf('customer-groups', 'list')).toMatch(/^press +The press +1 /m);
  expect(await codeOf('customer-groups', 'remove', 'press', 'grace@example.com')).toBe(0);
  expect(await textOf('customer-groups', 'list')).toMatch(/^press +The press +0 /m);
  expect(await textOf('customer-groups', 'delete', 'press')).toBe('There is no group press any more.\n');
  expect(await textOf('customer-groups', 'list')).not.toContain('press');
});

it('a customer is impersonated with a reason, to look and not to touch', async () => {
  await store.cli(['customers', 'create', 'seen@example.com']);
  expect(await codeOf('customers', 'impersonate', 'seen@example.com')).toBe(64);
  const token = (await textOf('customers', 'impersonate', 'seen@example.com', '--reason', 'ticket 4711')).trim();
  const as = (path: string, method = 'GET') =>
    fetch(`${store.url}${path}`, { method, headers: { authorization: `Bearer ${token}` } });
  expect(await (await as('/v1/me')).json()).toMatchObject({ email: 'seen@example.com' });
  expect((await as('/v1/me', 'DELETE')).status).toBe(403);
});

it('a person is erased only when somebody says yes', async () => {
  await store.cli(['customers', 'create', 'gone@example.com', '--name', 'Gone Soon']);
  const { code, stderr } = await store.cli(['customers', 'erase', 'gone@example.com']);
  expect([code, stderr]).toEqual([64, 'cartwright: Nobody is there to ask: give --yes.\n']);
  expect(await codeOf('customers', 'show', 'gone@example.com')).toBe(0);
  expect(await textOf('customers', 'erase', 'gone@example.com', '--yes')).toContain('gone@example.com is erased');
  expect(await codeOf('customers', 'show', 'gone@example.com')).toBe(66);
  expect(await textOf('customers', 'list')).not.toContain('Gone Soon');
});

it('what cannot be is refused by exit code', async () => {
  expect((await store.guest(['customers', 'list'])).code).toBe(77);
  await store.cli(['customers', 'create', 'taken@example.com']);
  expect(await codeOf('customers', 'show', 'nobody@example.com')).toBe(66);
  expect(await codeOf('customers', 'show', '01900000-0000-7000-8000-0000000000ff')).toBe(66);
  expect(await codeOf('customers', 'create', 'no address')).toBe(64);
  expect(await codeOf('customers', 'create', 'taken@example.com')).toBe(65);
  expect(await codeOf('customers', 'edit', 'taken@example.com', '--locale', 'gibberish!')).toBe(64);
  expect(await codeOf('customer-groups', 'delete', 'nothing')).toBe(66);
});
