import { sql } from 'kysely';
import type { CollectionRules } from './collection-members.ts';
import { sqlOf } from './handle.ts';
import { localeChain, translated } from './locales.ts';
import type { Reader, Tx } from './types.ts';

export type CollectionKind = 'manual' | 'rules';
export type CollectionStatus = 'draft' | 'active' | 'archived';

/** By locale. */
export type CollectionTranslations = Record<
  string,
  { title?: string; description?: string; seoTitle?: string; seoDescription?: string }
>;

export interface CollectionRow {
  id: string;
  slug: string;
  title: string;
  description: string;
  seoTitle: string | null;
  seoDescription: string | null;
  translations: CollectionTranslations;
  kind: CollectionKind;
  status: CollectionStatus;
  /** In which order shoppers are to see its products. */
  sort: string;
  position: number;
}

/** Everything staff see of a collection. */
export interface AdminCollection extends CollectionRow {
  /** Those that were asked for last; null of a manual one. */
  rules: CollectionRules | null;
  /** Shoppers still see what the rules before these chose. */
  building: boolean;
  productCount: number;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** A collection in one language, as shoppers see it. */
export interface PublicCollection {
  id: string;
  slug: string;
  title: string;
  description: string;
  seoTitle: string | null;
  seoDescription: string | null;
  sort: string;
}

const ADMIN_COLUMNS = sql`
  c.id, c.slug, c.title, c.description, c.seo_title, c.seo_description, c.translations, c.kind, c.status, c.sort,
  c.position, c.version, c.created_at, c.updated_at,
  (
    select case when s.conditions is not null
      then json_build_object('match', s.match, 'conditions', s.conditions) end
    from collection_sets s where s.collection_id = c.id and s.state <> 'retired'
    order by s.state = 'live' limit 1
  ) as rules,
  exists (select from collection_sets s where s.collection_id = c.id and s.state = 'building') as building,
  (
    select count(*)::int from collection_sets s join collection_products m on m.set_id = s.id
    where s.collection_id = c.id and s.state = 'live'
  ) as product_count
`;

/** By id or slug. */
export async function findAdminCollection(
  reader: Reader,
  query: { key: string },
): Promise<AdminCollection | undefined> {
  const { rows } = await sql<AdminCollection>`
    select ${ADMIN_COLUMNS} from collections c where c.slug = ${query.key} or c.id::text = ${query.key}
    order by c.id::text = ${query.key} desc limit 1
  `.execute(sqlOf(reader));
  return rows[0];
}

/** By position, after the keys of the last one. */
export async function listAdminCollections(
  reader: Reader,
  query: { status: CollectionStatus | null; after: readonly [number, string] | null; limit: number },
): Promise<AdminCollection[]> {
  const { status, after, limit } = query;
  const { rows } = await sql<AdminCollection>`
    select ${ADMIN_COLUMNS} from collections c
    where (${status}::text is null or c.status = ${status}::text)
      and (${after?.[1] ?? null}::uuid is null or (c.position, c.id) > (${after?.[0] ?? 0}::integer, ${after?.[1] ?? null}::uuid))
    order by c.position, c.id limit ${limit}
  `.execute(sqlOf(reader));
  return rows;
}

const publicColumns = () => {
  const text = (field: string, fallback: ReturnType<typeof sql>) =>
    translated({ of: 'c', field, fallback, chain: sql`locale.chain` });
  return sql`
    c.id, c.slug, ${text('title', sql`c.title`)} as title, ${text('description', sql`c.description`)} as description,
    ${text('seoTitle', sql`c.seo_title`)} as seo_title,
    ${text('seoDescription', sql`c.seo_description`)} as seo_description, c.sort
  `;
};

/** Those that shoppers see, by position, after the keys of the last one; in one statement. */
export async function listPublicCollections(
  reader: Reader,
  query: { locale: string | null; after: readonly [number, string] | null; limit: number },
): Promise<(PublicCollection & { position: number })[]> {
  const { locale, after, limit } = query;
  const { rows } = await sql<PublicCollection & { position: number }>`
    with locale as (select ${localeChain(locale)} as chain)
    select ${publicColumns()}, c.position
    from collections c cross join locale
    where c.status = 'active'
      and (${after?.[1] ?? null}::uuid is null or (c.position, c.id) > (${after?.[0] ?? 0}::integer, ${after?.[1] ?? null}::uuid))
    order by c.position, c.id limit ${limit}
  `.execute(sqlOf(reader));
  return rows;
}

export async function findPublicCollection(
  reader: Reader,
  query: { slug: string; locale: string | null },
): Promise<PublicCollection | undefined> {
  const { rows } = await sql<PublicCollection>`
    with locale as (select ${localeChain(query.locale)} as chain)
    select ${publicColumns()} from collections c cross join locale where c.slug = ${query.slug} and c.status = 'active'
  `.execute(sqlOf(reader));
  return rows[0];
}

/** Adds a collection at version 1. A slug in use violates `collections_slug_key`. */
export async function insertCollection(tx: Tx, input: { row: CollectionRow; at: Date }): Promise<void> {
  const { row, at } = input;
  await sqlOf(tx)
    .insertInto('collections')
    .values({ ...row, translations: JSON.stringify(row.translations), createdAt: at, updatedAt: at })
    .execute();
}

/** Locks a collection by id or slug, and answers it. */
export async function lockCollection(tx: Tx, query: { key: string }): Promise<AdminCollection | undefined> {
  await sql`
    select id from collections where slug = ${query.key} or id::text = ${query.key} for no key update
  `.execute(sqlOf(tx));
  return findAdminCollection(tx, query);
}

/** Overwrites a collection that the caller has locked and counts its version up. Violates `collections_slug_key`. */
export async function saveCollection(tx: Tx, input: { row: Omit<CollectionRow, 'kind'>; at: Date }): Promise<void> {
  const { id, translations, ...values } = input.row;
  await sqlOf(tx)
    .updateTable('collections')
    .set(({ eb }) => ({
      ...values,
      translations: JSON.stringify(translations),
      version: eb('version', '+', 1),
      updatedAt: input.at,
    }))
    .where('id', '=', id)
    .execute();
}

/** Deletes a locked collection; its products stay. */
export async function deleteCollection(tx: Tx, query: { id: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('collections').where('id', '=', query.id).execute();
}

/** The set of a manual collection. */
export async function insertManualSet(tx: Tx, set: { id: string; collectionId: string; at: Date }): Promise<void> {
  await sqlOf(tx)
    .insertInto('collectionSets')
    .values({ id: set.id, collectionId: set.collectionId, state: 'live', createdAt: set.at })
    .execute();
}

/** A set that is to be filled by a rule, instead of another one that is being filled. */
export async function insertBuildingSet(
  tx: Tx,
  set: { id: string; collectionId: string; rules: CollectionRules; at: Date },
): Promise<void> {
  const { id, collectionId, rules, at } = set;
  await sqlOf(tx)
    .updateTable('collectionSets')
    .set({ state: 'retired' })
    .where('collectionId', '=', collectionId)
    .where('state', '=', 'building')
    .execute();
  await sqlOf(tx)
    .insertInto('collectionSets')
    .values({
      id,
      collectionId,
      state: 'building',
      match: rules.match,
      conditions: JSON.stringify(rules.conditions),
      createdAt: at,
    })
    .execute();
}

/** The live set of a manual collection, which has one from its beginning. */
export async function findManualSet(reader: Reader, query: { collectionId: string }): Promise<string> {
  const row = await sqlOf(reader)
    .selectFrom('collectionSets')
    .select('id')
    .where('collectionId', '=', query.collectionId)
    .where('state', '=', 'live')
    .executeTakeFirstOrThrow();
  return row.id;
}

/**
 * Adds products to a manual set: at the place `position`, the last unless given. Those that are in it stay where they
 * are. Answers how many products the set has.
 */
export async function insertSetProducts(
  tx: Tx,
  input: { setId: string; productIds: readonly string[]; position: number | null },
): Promise<number> {
  const { setId, productIds, position } = input;
  const kysely = sqlOf(tx);
  const added = sql`
    select id, n from unnest(${productIds}::uuid[]) with ordinality as a (id, n)
    where not exists (select from collection_products m where m.set_id = ${setId} and m.product_id = a.id)
  `;
  await sql`
    with added as (${added}), count as (select count(*) as n from added),
    moved as (
      update collection_products m set position = m.position + count.n
      from count where m.set_id = ${setId} and m.position >= ${position}::integer
    )
    insert into collection_products (product_id, set_id, position)
    select a.id, ${setId}::uuid,
      least(${position}::integer, coalesce((select max(position) + 1 from collection_products where set_id = ${setId}), 0))
        + row_number() over (order by a.n) - 1
    from added a
  `.execute(kysely);
  const { rows } = await sql<{ count: number }>`
    select count(*)::int as count from collection_products where set_id = ${setId}
  `.execute(kysely);
  return rows[0]?.count ?? 0;
}

/** Takes products out of a manual set, and closes the gaps. */
export async function deleteSetProducts(
  tx: Tx,
  input: { setId: string; productIds: readonly string[] },
): Promise<void> {
  const { setId, productIds } = input;
  const kysely = sqlOf(tx);
  await sql`
    delete from collection_products where set_id = ${setId} and product_id = any(${productIds}::uuid[])
  `.execute(kysely);
  await saveSetOrder(tx, { setId, productIds: [] });
}

/** Puts the products named first, in the order given; the others keep theirs. */
export async function saveSetOrder(tx: Tx, input: { setId: string; productIds: readonly string[] }): Promise<void> {
  const { setId, productIds } = input;
  await sql`
    update collection_products m set position = r.place
    from (
      select product_id, row_number() over (order by n.n, position, product_id) - 1 as place
      from collection_products
      left join unnest(${productIds}::uuid[]) with ordinality as n (id, n) on n.id = product_id
      where set_id = ${setId}
    ) r
    where m.set_id = ${setId} and m.product_id = r.product_id and m.position <> r.place
  `.execute(sqlOf(tx));
}

/** A product of a collection, as staff see it. */
export interface CollectionProduct {
  id: string;
  slug: string;
  title: string;
  status: string;
  position: number;
}

/** What is in the live set of a collection, drafts too, in its order, after the keys of the last one. */
export async function listCollectionProducts(
  reader: Reader,
  query: { collectionId: string; after: readonly [number, string] | null; limit: number },
): Promise<CollectionProduct[]> {
  const { collectionId, after, limit } = query;
  const { rows } = await sql<CollectionProduct>`
    select p.id, p.slug, p.title, p.status, m.position
    from collection_sets s
    join collection_products m on m.set_id = s.id
    join products p on p.id = m.product_id
    where s.collection_id = ${collectionId} and s.state = 'live'
      and (${after?.[1] ?? null}::uuid is null or (m.position, m.product_id) > (${after?.[0] ?? 0}::integer, ${after?.[1] ?? null}::uuid))
    order by m.position, m.product_id limit ${limit}
  `.execute(sqlOf(reader));
  return rows;
}

/** The brands with one of the names, slugs or ids. */
export async function listBrandsByKey(
  reader: Reader,
  query: { keys: readonly string[] },
): Promise<{ id: string; slug: string; name: string }[]> {
  const { rows } = await sql<{ id: string; slug: string; name: string }>`
    select id, slug, name from brands
    where name = any(${query.keys}::text[]) or slug = any(${query.keys}::text[]) or id::text = any(${query.keys}::text[])
  `.execute(sqlOf(reader));
  return rows;
}
