import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { closeDb, createDb } from './client.ts';
import { sqlOf } from './handle.ts';
import { listLocales, localeChain, saveLocales, translated } from './locales.ts';
import { createTestDatabase } from './testing/index.ts';
import { transaction } from './transaction.ts';
import type { Db } from './types.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let db: Db;
beforeAll(async () => {
  database = await createTestDatabase();
  db = createDb({ url: database.url, applicationName: 'test', maxConnections: 2 });
});
afterAll(async () => {
  await closeDb(db);
  await database.drop();
});

const save = (...codes: string[]) => transaction(db, (tx) => saveLocales(tx, { codes }));
async function chain(requested: string | null) {
  const { rows } = await sql<{ chain: string[] }>`select ${localeChain(requested)} as chain`.execute(sqlOf(db));
  return rows[0]?.chain;
}
async function text(locales: string[], translations: object) {
  const found = translated({ of: 't', field: 'name', fallback: sql`'entered'`, chain: sql`${locales}::text[]` });
  const { rows } = await sql<{ text: string }>`
    select ${found} as text from (select ${JSON.stringify(translations)}::jsonb as translations) t
  `.execute(sqlOf(db));
  return rows[0]?.text;
}

test('a store begins with English, and its locales change order, come and go in one step', async () => {
  expect(await listLocales(db)).toEqual([{ code: 'en', position: 0 }]);
  await save('de', 'en', 'de-AT');
  await save('de-AT', 'de', 'zh-Hant');
  expect(await listLocales(db)).toEqual([
    { code: 'de-AT', position: 0 },
    { code: 'de', position: 1 },
    { code: 'zh-Hant', position: 2 },
  ]);
});

test('a text is looked for in the locale, what it is a kind of, and the default', async () => {
  await save('en', 'de', 'de-AT', 'zh-Hant');
  expect(await chain('de-AT')).toEqual(['de-AT', 'de', 'en']);
  expect(await chain('de-CH')).toEqual(['de', 'en']);
  expect(await chain('zh-Hant-TW')).toEqual(['zh-Hant', 'en']);
  expect(await chain('en-GB')).toEqual(['en']);
  expect(await chain('fr')).toEqual(['en']);
  expect(await chain('den')).toEqual(['en']);
  expect(await chain(null)).toEqual(['en']);
});

test('an empty or missing text is no text', async () => {
  const translations = { de: { name: 'Topf' }, 'de-AT': { name: '', description: 'x' }, fr: {} };
  expect(await text(['de-AT', 'de', 'en'], translations)).toBe('Topf');
  expect(await text(['fr', 'en'], translations)).toBe('entered');
  expect(await text(['de'], {})).toBe('entered');
  // The longest chain there is.
  const last = { en: { name: 'Pot' }, zh: { name: '' } };
  expect(await text(['zh-Hant-TW', 'zh-Hant', 'zh', 'en'], last)).toBe('Pot');
});
