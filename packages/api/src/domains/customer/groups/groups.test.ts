import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type CustomerApi,
  customerRows,
  newAdministrator,
  newCustomer,
  refusalOf,
} from '../../../testing/customer-calls.ts';
import { makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';

let runtime: TestRuntime;
let api: CustomerApi;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  ({ api } = await newAdministrator(runtime));
});
afterAll(() => runtime.dispose());
beforeEach(() => querySql(runtime.databaseUrl, 'delete from customer_groups'));

const audited = (target: string) =>
  querySql(runtime.databaseUrl, 'select action, detail from audit_log where target = $1 order by id', [target]);

test('a group is made, renamed, counted, listed by code in pages and deleted, and all of it noted', async () => {
  const at = runtime.clock.now();
  const vip = { code: 'vip', name: 'VIP', description: '', memberCount: 0, createdAt: at, updatedAt: at };
  expect(await api.createGroup({ code: 'vip', name: 'VIP' })).toEqual(vip);
  await api.createGroup({ code: 'b2b', name: 'B2B', description: 'Buys\nwholesale.' });
  await api.createGroup({ code: 'a-1', name: 'A 1' });
  const [ada, bob] = [await newCustomer(runtime), await newCustomer(runtime)];
  for (const { id } of [ada, bob]) await api.addToGroup({ code: 'vip', customerId: id });
  expect(await api.updateGroup({ code: 'vip', name: 'Best' })).toEqual({ ...vip, name: 'Best', memberCount: 2 });

  runtime.takeStatements();
  const first = await api.groups({ limit: 2 });
  expect(runtime.takeStatements()).toHaveLength(1);
  expect(first.items.map(({ code, memberCount }) => [code, memberCount])).toEqual([
    ['a-1', 0],
    ['b2b', 0],
  ]);
  const second = await api.groups({ limit: 2, cursor: first.nextCursor ?? '' });
  expect([second.items.map(({ code }) => code), second.nextCursor]).toEqual([['vip'], null]);

  await api.deleteGroup({ code: 'vip' });
  expect((await api.adminGet({ customerId: ada.id })).groups).toEqual([]);
  expect(await audited('customer-group:vip')).toEqual([
    { action: 'customer_group.created', detail: { name: 'VIP' } },
    { action: 'customer_group.updated', detail: { name: 'Best' } },
    { action: 'customer_group.deleted', detail: {} },
  ]);
});

test('a customer is in a group once, is found by it, and leaves it; each change is noted once', async () => {
  await api.createGroup({ code: 'vip', name: 'VIP' });
  await api.createGroup({ code: 'b2b', name: 'B2B' });
  const { id: customerId } = await newCustomer(runtime);
  const twice = Array.from({ length: 5 }, () => api.addToGroup({ code: 'vip', customerId }));
  await Promise.all(twice);
  await api.addToGroup({ code: 'b2b', customerId });
  expect((await api.adminGet({ customerId })).groups.map(({ code }) => code)).toEqual(['b2b', 'vip']);
  expect((await api.adminList({ group: 'vip' })).items.map(({ id }) => id)).toEqual([customerId]);
  await api.removeFromGroup({ code: 'vip', customerId });
  await api.removeFromGroup({ code: 'vip', customerId });
  await api.removeFromGroup({ code: 'no-such', customerId });
  expect((await api.adminList({ group: 'vip' })).items).toEqual([]);
  expect(await audited(`user:${customerId}`)).toEqual([
    { action: 'customer.group_joined', detail: { group: 'vip' } },
    { action: 'customer.group_joined', detail: { group: 'b2b' } },
    { action: 'customer.group_left', detail: { group: 'vip' } },
  ]);
});

test.each([
  ['a code that is taken', () => api.createGroup({ code: 'vip', name: 'Other' }), 'customer_group_taken'],
  ['a name that is taken', () => api.createGroup({ code: 'other', name: 'VIP' }), 'customer_group_taken'],
  ['another group’s name', () => api.updateGroup({ code: 'b2b', name: 'VIP' }), 'customer_group_taken'],
  ['a code in capitals', () => api.createGroup({ code: 'VIP', name: 'x' }), 'invalid_input'],
  ['a change of what is not there', () => api.updateGroup({ code: 'no-such', name: 'x' }), 'customer_group_not_found'],
  ['the end of what is not there', () => api.deleteGroup({ code: 'no-such' }), 'customer_group_not_found'],
])('%s is refused and changes nothing', async (_name, call, code) => {
  await api.createGroup({ code: 'vip', name: 'VIP' });
  await api.createGroup({ code: 'b2b', name: 'B2B' });
  const before = await customerRows(runtime);
  expect((await refusalOf(call())).code).toBe(code);
  expect(await customerRows(runtime)).toEqual(before);
});

test('a group that is not there takes nobody', async () => {
  const { id: customerId } = await newCustomer(runtime);
  const before = await customerRows(runtime);
  const refusal = { code: 'customer_group_not_found' };
  expect(await refusalOf(api.addToGroup({ code: 'no-such', customerId }))).toEqual(refusal);
  expect(await customerRows(runtime)).toEqual(before);
});

test('what groups a customer is in is nothing that the customer sees', async () => {
  await api.createGroup({ code: 'vip', name: 'VIP' });
  const ada = await newCustomer(runtime);
  await api.addToGroup({ code: 'vip', customerId: ada.id });
  expect(JSON.stringify(await ada.api.profile())).not.toContain('vip');
  for (const call of [ada.api.groups({}), ada.api.adminGet({ customerId: ada.id })]) {
    expect(await refusalOf(call)).toEqual({ code: 'forbidden' });
  }
});
