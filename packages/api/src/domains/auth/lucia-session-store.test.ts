import { transaction, users } from '@cartwright/db';
import { querySql } from '@cartwright/db/testing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { sha256Hex } from '../../kit/ids.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { deleteExpiredSessions } from './delete-expired-sessions.ts';
import { luciaSessionStore as store } from './lucia-session-store.ts';

const DAY = 86_400;
let runtime: TestRuntime;
let userId: string;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());
beforeEach(async () => {
  const now = runtime.clock.now();
  userId = runtime.ids.uuid(now);
  const user = { id: userId, email: `${userId}@example.com`, name: 'Ada', passwordHash: null, emailVerifiedAt: null };
  await transaction(runtime.db, (tx) => users.insertUser(tx, { ...user, now }));
});

const open = (userAgent?: string) =>
  transaction(runtime.db, (tx) =>
    store.create(tx, { userId, userAgent, address: '192.0.2.1', amr: ['pwd'], now: runtime.clock.now() }),
  );
const find = (sessionId: string) => store.find(runtime.db, { sessionId, now: runtime.clock.now() });

describe('the session store', () => {
  test('finds a session and its owner by the id that it gave out, in one statement', async () => {
    const now = runtime.clock.now();
    const session = await open();
    runtime.takeStatements();
    expect(await find(session.id)).toEqual({
      session: { ...session, userId, generation: 1, rotatedAt: now, authenticatedAt: now, impersonatorId: undefined },
      owner: {
        id: userId,
        email: `${userId}@example.com`,
        name: 'Ada',
        emailVerifiedAt: null,
        roles: [],
        active: true,
        hasSecondFactor: false,
        createdAt: now,
      },
    });
    expect(runtime.takeStatements()).toHaveLength(1);
  });

  test('what the table holds opens nothing', async () => {
    const session = await open();
    const [row] = await querySql<{ id: string }>(runtime.databaseUrl, 'select id from sessions where user_id = $1', [
      userId,
    ]);
    expect(row?.id).toBe(sha256Hex(session.id));
    expect(await find(row?.id ?? '')).toBeUndefined();
    expect(await find('')).toBeUndefined();
  });

  test('keeps as much of the user agent as fits', async () => {
    await open(`${'x'.repeat(399)}🛒 and more`);
    const [row] = await querySql<{ user_agent: string }>(
      runtime.databaseUrl,
      'select user_agent from sessions where user_id = $1',
      [userId],
    );
    expect(row?.user_agent).toBe(`${'x'.repeat(399)}\ufffd`);
  });

  test('expiry goes by the clock of the store, whatever the machine says', async () => {
    runtime.clock.set(new Date('2001-01-01T00:00:00.000Z'));
    const past = await open();
    runtime.clock.advance(14 * DAY - 1);
    expect(await find(past.id)).toBeDefined();
    runtime.clock.advance(1);
    expect(await find(past.id)).toBeUndefined();
    runtime.clock.set(new Date('2101-01-01T00:00:00.000Z'));
    const future = await open();
    expect(await find(future.id)).toBeDefined();
  });

  test('rotates from the generation that is named, once', async () => {
    const { id } = await open();
    const rotate = (generation: number) =>
      transaction(runtime.db, (tx) => store.rotate(tx, { sessionId: id, generation, now: runtime.clock.now() }));
    expect([await rotate(2), await rotate(1), await rotate(1), await rotate(2)]).toEqual([false, true, false, true]);
    expect((await find(id))?.session.generation).toBe(3);
  });

  test('ends one session, all of an account but one, or all', async () => {
    const [first, second, third] = [await open(), await open(), await open()];
    const now = runtime.clock.now();
    await transaction(runtime.db, (tx) => store.end(tx, { sessionId: first.id, now }));
    expect(await Promise.all([find(first.id), find(second.id)])).toEqual([undefined, expect.anything()]);
    await transaction(runtime.db, (tx) => store.endAllOf(tx, { userId, exceptSessionId: third.id }));
    expect(await Promise.all([find(second.id), find(third.id)])).toEqual([undefined, expect.anything()]);
    await transaction(runtime.db, (tx) => store.endAllOf(tx, { userId }));
    expect(await find(third.id)).toBeUndefined();
  });

  test('forgets what has ended by itself, and nothing else', async () => {
    await querySql(runtime.databaseUrl, 'delete from sessions');
    runtime.clock.set(new Date('2026-03-01T12:00:00.000Z'));
    const idle = await open();
    const used = await open();
    for (let generation = 1; generation <= 3; generation += 1) {
      runtime.clock.advance(9 * DAY);
      const now = runtime.clock.now();
      await transaction(runtime.db, (tx) => store.rotate(tx, { sessionId: used.id, generation, now }));
    }
    const fresh = await open();
    const left = async () => {
      const deleted = await deleteExpiredSessions(makeCtx(runtime));
      const rows = await querySql<{ id: string }>(runtime.databaseUrl, 'select id from sessions order by created_at');
      return { deleted, ids: rows.map((row) => row.id) };
    };
    expect(await left()).toEqual({ deleted: 1, ids: [sha256Hex(used.id), sha256Hex(fresh.id)] });
    expect(await find(idle.id)).toBeUndefined();
    runtime.clock.advance(3 * DAY);
    expect(await left()).toEqual({ deleted: 1, ids: [sha256Hex(fresh.id)] });
  });
});
