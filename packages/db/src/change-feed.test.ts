import { afterAll, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { type ChangeFeed, openChangeFeed } from './change-feed.ts';
import { createTestDatabase, querySql, type TestDatabase } from './testing/index.ts';

const KETTLE = '018f0000-0000-7000-8000-000000000001';
const TEAPOT = '018f0000-0000-7000-8000-000000000002';
const VARIANT = '018f0000-0000-7000-8000-000000000011';
const LOCATION = '018f0000-0000-7000-8000-000000000021';
const CATEGORY = '018f0000-0000-7000-8000-000000000031';

let database: TestDatabase;
let feed: ChangeFeed;
let heard: string[][] = [];
let listening = 0;
let lost = 0;

const run = (sql: string) => querySql(database.url, sql);
/** What a transaction of these statements has announced by the time that somebody asks. */
const announcedBy = async (sql: string): Promise<string[]> => {
  await feed.settle();
  heard = [];
  await run(sql);
  await feed.settle();
  return [...new Set(heard.flat())].sort();
};

beforeAll(async () => {
  database = await createTestDatabase();
  await run(`
    insert into store_currencies (code, prices_include_tax, position) values ('EUR', true, 1);
    insert into tax_classes (code, name) values ('standard', 'Standard');
    insert into products (id, slug, title, description, tax_class, status, published_at, created_at, updated_at)
      values ('${KETTLE}', 'kettle', 'Kettle', '', 'standard', 'active', now(), now(), now()),
        ('${TEAPOT}', 'teapot', 'Teapot', '', 'standard', 'active', now(), now(), now());
    insert into variants (id, product_id, sku, position, created_at, updated_at)
      values ('${VARIANT}', '${KETTLE}', 'K-1', 0, now(), now());
    insert into locations (id, code, name, priority, created_at) values ('${LOCATION}', 'main', 'Main', 1, now());
  `);
  feed = openChangeFeed({
    url: database.url,
    onChange: (_position, tags) => heard.push(tags),
    onListening: () => {
      listening += 1;
    },
    onLost: () => {
      lost += 1;
    },
    onError: () => undefined,
  });
  await vi.waitFor(() => expect(listening).toBe(1));
});
afterAll(async () => {
  await feed.close();
  await database.drop();
});
beforeEach(() => {
  heard = [];
});

test.each([
  ['a product', `update products set title = 'K' where id = '${KETTLE}'`, [`product:${KETTLE}`]],
  ['its variant', `update variants set barcode = '1' where id = '${VARIANT}'`, [`product:${KETTLE}`]],
  [
    'its first price',
    `insert into prices (variant_id, currency, amount_minor, updated_at) values ('${VARIANT}', 'EUR', 1, now())`,
    [`product:${KETTLE}`],
  ],
  ['its price', `update prices set amount_minor = 2 where variant_id = '${VARIANT}'`, [`product:${KETTLE}`]],
  [
    'its stock',
    `insert into stock_levels (variant_id, location_id, on_hand, updated_at)
       values ('${VARIANT}', '${LOCATION}', 5, now())`,
    [`product:${KETTLE}`],
  ],
  ['units for an order', `update stock_levels set reserved = 1`, [`product:${KETTLE}`]],
  [
    'a place in two lists',
    `insert into listing (category_id, currency, product_id, sort_price, sort_title, published_at)
       select id, 'EUR', '${KETTLE}', 1, 'k', now() from (values ('${CATEGORY}'::uuid), ('${TEAPOT}')) c (id)`,
    [`listing:${TEAPOT}`, `listing:${CATEGORY}`, `product:${KETTLE}`],
  ],
  [
    'a place less',
    `delete from listing where category_id = '${CATEGORY}'`,
    [`listing:${CATEGORY}`, `product:${KETTLE}`],
  ],
  ['its place in a list', `update listing set sort_price = 2`, [`listing:${TEAPOT}`]],
  ['how often it was sold', `update listing set units_sold = 9`, ['sales']],
  ['a price gone', `delete from prices`, [`product:${KETTLE}`]],
  ['the store', `update store_currencies set position = 2`, ['*']],
  ['nothing', `update products set title = 'K' where false`, []],
  ['two products', `update products set title = 'K'`, [`product:${KETTLE}`, `product:${TEAPOT}`]],
])('what changes %s is announced when it commits', async (_what, sql, tags) => {
  expect(await announcedBy(sql)).toEqual(tags);
});

test('a change of more products than a notification can name stands for all of them', async () => {
  const many = `insert into products (id, slug, title, description, tax_class, status, created_at, updated_at)
    select gen_random_uuid(), 'p-' || n, 'P', '', 'standard', 'draft', now(), now() from generate_series(1, 101) n`;
  expect(await announcedBy(many)).toEqual(['product']);
});

test('what is rolled back is not announced', async () => {
  expect(await announcedBy(`begin; update products set title = 'X'; rollback`)).toEqual([]);
});

test('a change is there by the time that whoever committed it asks, a thousand times', async () => {
  const { default: pg } = await import('pg');
  const client = new pg.Client(database.url);
  await client.connect();
  for (let n = 0; n < 1_000; n += 1) {
    heard = [];
    await client.query(`update stock_levels set on_hand = ${n + 10}`);
    await feed.settle();
    expect(heard).toEqual([[`product:${KETTLE}`]]);
  }
  await client.end();
});

test('a connection that is cut says so and is replaced within a second', async () => {
  const before = listening;
  await run(`select pg_terminate_backend(pid) from pg_stat_activity
    where application_name = 'cartwright changes' and datname = current_database()`);
  await vi.waitFor(() => expect(listening).toBe(before + 1), 1_000);
  expect(lost).toBe(before);
  expect(await announcedBy(`update stock_levels set on_hand = 7`)).toEqual([`product:${KETTLE}`]);
});
