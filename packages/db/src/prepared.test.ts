import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDb, createDb } from './client.ts';
import { prepared } from './prepared.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { transaction } from './transaction.ts';
import type { Db } from './types.ts';

let database: TestDatabase;
let db: Db;
let statements: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDb({ url: database.url, onStatement: (text) => void statements.push(text) });
});
afterAll(async () => {
  await closeDb(db);
  await database.drop();
});

interface Answer {
  sumOfBoth: number;
  snakeIn: { a_b: number };
}

let builds = 0;
const sum = prepared<Answer, { left: number; right: number }>((value) => {
  builds += 1;
  const twice = sql`${value('left')}::int * ${2}::int`;
  return sql<Answer>`
    select ${twice} + ${value('right')}::int + ${value('left')}::int - ${value('left')}::int as "sumOfBoth",
      json_build_object('a_b', 1) as "snakeIn"
  `;
});

test('is built once, takes its values with each call, and answers the same inside and outside of a transaction', async () => {
  statements = [];
  expect(await sum(db, { left: 1, right: 10 })).toEqual([{ sumOfBoth: 12, snakeIn: { a_b: 1 } }]);
  expect(await sum(db, { left: 5, right: 0 })).toEqual([{ sumOfBoth: 10, snakeIn: { a_b: 1 } }]);
  const inside = await transaction(db, (tx) => sum(tx, { left: 2, right: 3 }));
  expect(inside).toEqual([{ sumOfBoth: 7, snakeIn: { a_b: 1 } }]);
  expect(builds).toBe(1);
  expect(statements.filter((text) => text.includes('sumOfBoth'))).toHaveLength(3);
});

test('refuses the handle of a transaction that has ended', async () => {
  let kept: Parameters<typeof sum>[0] | undefined;
  await transaction(db, async (tx) => {
    kept = tx;
  });
  await expect(sum(kept as never, { left: 1, right: 1 })).rejects.toThrow('has ended');
});

test('an error leaves a pool that works', async () => {
  const divide = prepared<{ n: number }, { by: number }>((value) => sql`select 1 / ${value('by')}::int as n`);
  await expect(divide(db, { by: 0 })).rejects.toMatchObject({ code: '22012' });
  expect(await divide(db, { by: 1 })).toEqual([{ n: 1 }]);
});
