import { afterAll, beforeAll, expect, test } from 'vitest';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { appRouter } from '../../../root.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';

const ADA = '01a20916-bf14-7f9f-a01b-5916b6346912';
const BEN = '01a20916-bf14-7f9f-a01b-5916b6346913';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  for (const [userId, action, target] of [
    [ADA, 'role.created', 'role:support'],
    [ADA, 'role.edited', 'role:support'],
    [BEN, 'role.edited', 'role:clerk'],
    [BEN, 'role.deleted', 'role:clerk'],
  ] as const) {
    const ctx = makeCtx(runtime, { actor: administrator(userId) });
    await inTransaction(ctx, (tx) => audit(tx, { action, target, detail: { by: userId } }));
    runtime.clock.advance(1);
  }
});
afterAll(() => runtime.dispose());

const api = () => appRouter.createCaller(makeCtx(runtime, { actor: administrator(ADA) })).access;
const actions = async (input: object) =>
  (await api().auditLog(input)).items.map(({ action, target }) => `${action} ${target}`);

test('the audit log says who did what to what, the newest first', async () => {
  const { items, nextCursor } = await api().auditLog({});
  expect(nextCursor).toBeNull();
  expect(items[0]).toEqual({
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    at: new Date('2026-03-01T12:00:03.000Z'),
    actor: { kind: 'staff', userId: BEN },
    action: 'role.deleted',
    target: 'role:clerk',
    detail: { by: BEN },
    requestId: 'test-request',
  });
  expect(items.map(({ action }) => action)).toEqual(['role.deleted', 'role.edited', 'role.edited', 'role.created']);
});

test('it is filtered by target, by actor and by action, alone and together', async () => {
  expect(await actions({ target: 'role:support' })).toEqual(['role.edited role:support', 'role.created role:support']);
  expect(await actions({ actorId: BEN })).toEqual(['role.deleted role:clerk', 'role.edited role:clerk']);
  expect(await actions({ action: 'role.edited' })).toEqual(['role.edited role:clerk', 'role.edited role:support']);
  expect(await actions({ action: 'role.edited', actorId: ADA })).toEqual(['role.edited role:support']);
  expect(await actions({ target: 'role:clerk', actorId: ADA })).toEqual([]);
});

test('its pages join without gap or overlap, and a cursor of another list is refused', async () => {
  const first = await api().auditLog({ limit: 3 });
  const second = await api().auditLog({ limit: 3, cursor: first.nextCursor ?? '' });
  const { items } = await api().auditLog({});
  expect([...first.items, ...second.items]).toEqual(items);
  expect(second.nextCursor).toBeNull();
  const foreign = Buffer.from(JSON.stringify(['staff', ADA])).toString('base64url');
  await expect(api().auditLog({ cursor: foreign })).rejects.toMatchObject({ cause: { code: 'cursor_invalid' } });
});
