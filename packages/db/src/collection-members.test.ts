import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { refreshProjections } from './catalog-projections.ts';
import { closeDb, createDb } from './client.ts';
import { saveNextMembers } from './collection-sets.ts';
import { sqlOf } from './handle.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { transaction } from './transaction.ts';
import type { Db, Tx } from './types.ts';

const COUNT = 3000;
const at = new Date('2026-03-01T12:00:00.000Z');
let database: TestDatabase;
let db: Db;
let statements: string[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  db = createDb({ url: database.url, onStatement: (text) => statements.push(text) });
  await transaction(db, async (tx) => {
    const kysely = sqlOf(tx);
    await sql`insert into store_currencies values ('EUR', true, 0)`.execute(kysely);
    await sql`insert into tax_classes values ('standard', 'Standard')`.execute(kysely);
    await sql`
      insert into categories (id, slug, name, path_ids, created_at, updated_at)
      select id, 'all', 'All', array[id], ${at}, ${at} from (select gen_random_uuid() as id) g
    `.execute(kysely);
    await sql`
      insert into products (id, slug, title, status, published_at, created_at, updated_at)
      select gen_random_uuid(), 'p-' || n, 'Product ' || n, 'active', ${at}, ${at}, ${at} from generate_series(1, ${COUNT}) n
    `.execute(kysely);
    await sql`
      insert into product_categories (product_id, category_id, position)
      select p.id, c.id, 0 from products p cross join categories c
    `.execute(kysely);
    await sql`
      insert into variants (id, product_id, sku, position, created_at, updated_at)
      select gen_random_uuid(), id, slug, 0, ${at}, ${at} from products
    `.execute(kysely);
    await sql`
      insert into prices (variant_id, currency, amount_minor, updated_at) select id, 'EUR', 1000, ${at} from variants
    `.execute(kysely);
    const { rows } = await sql<{ id: string }>`select id from products`.execute(kysely);
    await refreshProjections(tx, { productIds: rows.map(({ id }) => id), at, isNew: true });
  });
});
afterAll(async () => {
  await closeDb(db);
  await database.drop();
});

/** Makes collections of what is in the category, costs at most 50.00 and is called `Product <i>` and what begins so. */
async function addCollections(tx: Tx, from: number, to: number): Promise<void> {
  for (let i = from; i < to; i += 1) {
    const { rows } = await sql<{ id: string }>`
      with c as (
        insert into collections (id, slug, title, kind, status, sort, created_at, updated_at)
        values (gen_random_uuid(), ${`c-${i}`}, ${`C ${i}`}, 'rules', 'active', 'newest', ${at}, ${at}) returning id
      )
      insert into collection_sets (id, collection_id, state, match, conditions, created_at)
      select gen_random_uuid(), c.id, 'live', 'all', jsonb_build_array(
        jsonb_build_object('field', 'category', 'in', jsonb_build_array(g.id)),
        jsonb_build_object('field', 'price', 'currency', 'EUR', 'max', 5000),
        jsonb_build_object('field', 'title', 'contains', ${`product ${i}`}::text)
      ), ${at} from c cross join categories g returning id
    `.execute(sqlOf(tx));
    await saveNextMembers(tx, { setId: rows[0]?.id ?? '', after: null, limit: COUNT + 1, at });
  }
}

/** Rows that this session has read by scans from end to end and not told anybody yet, by table. */
async function readFromEndToEnd(tx: Tx): Promise<Map<string, number>> {
  const { rows } = await sql<{ relname: string; read: number }>`
    select relname, seq_tup_read::int as read from pg_stat_xact_user_tables
  `.execute(sqlOf(tx));
  return new Map(rows.map(({ relname, read }) => [relname, read]));
}

/** Changes the title of one product; answers what was sent and read for it, and the collections it is in then. */
async function rename(title: string) {
  return transaction(db, async (tx) => {
    const kysely = sqlOf(tx);
    const { rows } = await sql<{ id: string }>`
      update products set title = ${title} where slug = 'p-1' returning id
    `.execute(kysely);
    const productIds = rows.map(({ id }) => id);
    const before = await readFromEndToEnd(tx);
    statements = [];
    await refreshProjections(tx, { productIds, at });
    const sent = statements.length;
    const after = await readFromEndToEnd(tx);
    // Tables of a few rows are read whole.
    const scanned = [...after].filter(([table, read]) => read - (before.get(table) ?? 0) > 200).map(([table]) => table);
    const { rows: inside } = await sql<{ slug: string }>`
      select c.slug from collection_products m
      join collection_sets s on s.id = m.set_id join collections c on c.id = s.collection_id
      where m.product_id = any(${productIds}::uuid[]) order by 1
    `.execute(kysely);
    return { sent, scanned, inside: inside.map(({ slug }) => slug) };
  });
}

test('a change of one product among 3,000 sends two statements for any number of rules, and scans no table for them', async () => {
  await sql`analyze`.execute(sqlOf(db));
  const none = await rename('Product 2999');
  await transaction(db, (tx) => addCollections(tx, 2, 3));
  await sql`analyze`.execute(sqlOf(db));
  const one = await rename('Product 2999');
  await transaction(db, (tx) => addCollections(tx, 3, 30));
  await sql`analyze`.execute(sqlOf(db));
  const many = await rename('Product 2999');
  expect(one.inside).toEqual(['c-2']);
  expect(many.inside).toEqual(['c-2', 'c-29']);
  expect([one.sent, many.sent]).toEqual([none.sent, none.sent]);
  expect(none.scanned).toEqual([]);
  expect(many.scanned).toEqual([]);
  expect((await rename('Something else')).inside).toEqual([]);
});
