import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import { prepared } from './prepared.ts';
import type { Reader, Tx } from './types.ts';

export type MediaFormat = 'jpeg' | 'png' | 'webp';

export interface MediaAssetRow {
  id: string;
  /** Of the kept bytes; part of every address of the picture. */
  hash: string;
  format: MediaFormat;
  width: number;
  height: number;
  bytes: number;
  hasAlpha: boolean;
  /** Base64. */
  thumbhash: string;
  fileName: string | null;
  alt: string;
  /** By locale. */
  translations: Record<string, { alt?: string }>;
  /** Percent of the width and the height. */
  focalX: number;
  focalY: number;
  version: number;
  /** When the last product stopped showing it, or when it was made; says nothing of one in use. */
  unusedSince: Date;
  createdAt: Date;
  updatedAt: Date;
}

export interface MediaUploadRow {
  id: string;
  contentType: string;
  bytes: number;
  fileName: string | null;
  createdAt: Date;
  expiresAt: Date;
  completedAt: Date | null;
  assetId: string | null;
}

/** One place where an asset is shown: a product's own pictures, or those of one of its variants. */
export interface MediaUse {
  productId: string;
  slug: string;
  title: string;
  variantId: string | null;
  sku: string | null;
}

const ASSET = [
  'id',
  'hash',
  'format',
  'width',
  'height',
  'bytes',
  'hasAlpha',
  'thumbhash',
  'fileName',
  'alt',
  'translations',
  'focalX',
  'focalY',
  'version',
  'unusedSince',
  'createdAt',
  'updatedAt',
] as const;

const UPLOAD = ['id', 'contentType', 'bytes', 'fileName', 'createdAt', 'expiresAt', 'completedAt', 'assetId'] as const;

/** Adds an asset; false when there is one of the same hash already. */
export async function insertAsset(tx: Tx, asset: MediaAssetRow): Promise<boolean> {
  const inserted = await sqlOf(tx)
    .insertInto('mediaAssets')
    .values({ ...asset, translations: JSON.stringify(asset.translations) })
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Notes that a file of this SHA-256 became the asset. */
export async function insertSource(tx: Tx, source: { hash: string; assetId: string; createdAt: Date }): Promise<void> {
  await sqlOf(tx)
    .insertInto('mediaSources')
    .values(source)
    .onConflict((conflict) => conflict.column('hash').doNothing())
    .execute();
}

export async function findAsset(reader: Reader, query: { id: string }): Promise<MediaAssetRow | undefined> {
  const found = await sqlOf(reader)
    .selectFrom('mediaAssets')
    .select(ASSET)
    .where('id', '=', query.id)
    .executeTakeFirst();
  return found as MediaAssetRow | undefined;
}

/** The asset that a file of this SHA-256 became. */
export async function findAssetOfSource(reader: Reader, query: { hash: string }): Promise<MediaAssetRow | undefined> {
  const found = await sqlOf(reader)
    .selectFrom('mediaAssets')
    .innerJoin('mediaSources', 'mediaSources.assetId', 'mediaAssets.id')
    .select(ASSET.map((column) => `mediaAssets.${column}` as const))
    .where('mediaSources.hash', '=', query.hash)
    .executeTakeFirst();
  return found as MediaAssetRow | undefined;
}

export async function findAssetByHash(reader: Reader, query: { hash: string }): Promise<MediaAssetRow | undefined> {
  const found = await sqlOf(reader)
    .selectFrom('mediaAssets')
    .select(ASSET)
    .where('hash', '=', query.hash)
    .executeTakeFirst();
  return found as MediaAssetRow | undefined;
}

/** What must be known of a picture to show it. */
export type ShownAsset = Pick<MediaAssetRow, 'id' | 'width' | 'height' | 'focalX' | 'focalY'>;

const shownAsset = prepared<ShownAsset, { hash: string }>(
  (value) => sql<ShownAsset>`
    select id, width, height, focal_x as "focalX", focal_y as "focalY" from media_assets where hash = ${value('hash')}
  `,
);

/** The picture of an address, in one prepared statement. */
export async function findShownAsset(reader: Reader, query: { hash: string }): Promise<ShownAsset | undefined> {
  const [found] = await shownAsset(reader, query);
  return found;
}

/** Those that exist among the ids, in order of id. */
export async function listAssetsById(reader: Reader, query: { ids: readonly string[] }): Promise<MediaAssetRow[]> {
  if (query.ids.length === 0) return [];
  const rows = await sqlOf(reader)
    .selectFrom('mediaAssets')
    .select(ASSET)
    .where(sql<boolean>`id = any(${query.ids}::uuid[])`)
    .orderBy('id')
    .execute();
  return rows as MediaAssetRow[];
}

/** Assets, the newest first, older than the asset `after`. `text` matches words of file name and description. */
export async function searchAssets(
  reader: Reader,
  query: { text: string | null; used: boolean | null; after: string | null; limit: number },
): Promise<(MediaAssetRow & { useCount: number })[]> {
  const { text, used, after, limit } = query;
  const isUsed = sql<boolean>`exists (select from media_uses u where u.asset_id = media_assets.id)`;
  const rows = await sqlOf(reader)
    .selectFrom('mediaAssets')
    .select([
      ...ASSET,
      sql<number>`(select count(*)::int from media_uses u where u.asset_id = media_assets.id)`.as('useCount'),
    ])
    .$if(text !== null, (each) =>
      each.where(sql<boolean>`name_words(coalesce(file_name, '') || ' ' || alt) @@ name_query(${text})`),
    )
    .$if(used !== null, (each) => each.where(used ? isUsed : sql<boolean>`not ${isUsed}`))
    .$if(after !== null, (each) => each.where('id', '<', after ?? ''))
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
  return rows as (MediaAssetRow & { useCount: number })[];
}

/** Where an asset is shown, by title; at most `limit`. */
export async function listUses(reader: Reader, query: { assetId: string; limit: number }): Promise<MediaUse[]> {
  const { rows } = await sql<MediaUse>`
    select u.product_id, p.slug, p.title, u.variant_id, v.sku
    from media_uses u join products p on p.id = u.product_id left join variants v on v.id = u.variant_id
    where u.asset_id = ${query.assetId}
    order by p.title, p.id, v.position nulls first, v.id
    limit ${query.limit}
  `.execute(sqlOf(reader));
  return rows;
}

export async function countUses(reader: Reader, query: { assetId: string }): Promise<number> {
  const { rows } = await sql<{ uses: number }>`
    select count(*)::int as uses from media_uses where asset_id = ${query.assetId}
  `.execute(sqlOf(reader));
  return rows[0]?.uses ?? 0;
}

/** Locks an asset, so that nothing begins to show it before the transaction ends. */
export async function lockAsset(tx: Tx, query: { id: string }): Promise<MediaAssetRow | undefined> {
  const found = await sqlOf(tx)
    .selectFrom('mediaAssets')
    .select(ASSET)
    .where('id', '=', query.id)
    .forUpdate()
    .executeTakeFirst();
  return found as MediaAssetRow | undefined;
}

/** Saves what people say of a locked asset and counts its version up. */
export async function saveAsset(
  tx: Tx,
  asset: Pick<MediaAssetRow, 'id' | 'alt' | 'translations' | 'focalX' | 'focalY'> & { now: Date },
): Promise<void> {
  const { id, now, translations, ...values } = asset;
  await sqlOf(tx)
    .updateTable('mediaAssets')
    .set({
      ...values,
      translations: JSON.stringify(translations),
      updatedAt: now,
      version: sql<number>`version + 1`,
    })
    .where('id', '=', id)
    .execute();
}

/** Deletes a locked asset that nothing shows. Violates `media_uses_asset_id_fkey`. */
export async function deleteAsset(tx: Tx, query: { id: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('mediaAssets').where('id', '=', query.id).execute();
}

export async function insertUpload(tx: Tx, upload: MediaUploadRow): Promise<void> {
  await sqlOf(tx).insertInto('mediaUploads').values(upload).execute();
}

export async function findUpload(reader: Reader, query: { id: string }): Promise<MediaUploadRow | undefined> {
  return sqlOf(reader).selectFrom('mediaUploads').select(UPLOAD).where('id', '=', query.id).executeTakeFirst();
}

/** Says which asset an upload became; the first to say so is right. False when it had been said, or there is none. */
export async function saveUploadCompleted(tx: Tx, upload: { id: string; assetId: string; at: Date }): Promise<boolean> {
  const saved = await sqlOf(tx)
    .updateTable('mediaUploads')
    .set({ assetId: upload.assetId, completedAt: upload.at })
    .where('id', '=', upload.id)
    .where('completedAt', 'is', null)
    .returning('id')
    .executeTakeFirst();
  return saved !== undefined;
}

/** Deletes uploads begun before an instant, completed or not; answers their ids. */
export async function deleteUploadsBefore(
  tx: Tx,
  query: { before: Date; limit: number },
): Promise<{ id: string; isCompleted: boolean }[]> {
  const { rows } = await sql<{ id: string; isCompleted: boolean }>`
    delete from media_uploads
    where id in (
      select id from media_uploads where created_at < ${query.before} order by id limit ${query.limit}
      for update skip locked
    )
    returning id, completed_at is not null as is_completed
  `.execute(sqlOf(tx));
  return rows;
}

/** Which of the ids are of uploads that are known. */
export async function listKnownUploads(reader: Reader, query: { ids: readonly string[] }): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from media_uploads where id = any(${query.ids}::uuid[])
  `.execute(sqlOf(reader));
  return rows.map(({ id }) => id);
}

/** Ids of assets that nothing has shown since before an instant, in order of id, after the asset `after`. */
export async function listUnusedAssets(
  reader: Reader,
  query: { before: Date; after: string; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from media_assets a
    where a.unused_since < ${query.before} and a.id > ${query.after}
      and not exists (select from media_uses u where u.asset_id = a.id)
    order by id limit ${query.limit}
  `.execute(sqlOf(reader));
  return rows.map(({ id }) => id);
}

/** Ids of assets made before an instant, in order of id, after the asset `after`. */
export async function listAssetIds(
  reader: Reader,
  query: { before: Date; after: string; limit: number },
): Promise<string[]> {
  const { rows } = await sql<{ id: string }>`
    select id from media_assets where created_at < ${query.before} and id > ${query.after}
    order by id limit ${query.limit}
  `.execute(sqlOf(reader));
  return rows.map(({ id }) => id);
}

/** What a look for leftovers has found. */
export interface MediaSweepRow {
  id: string;
  at: Date;
  uploadsDeleted: number;
  assetsDeleted: number;
  blobsDeleted: number;
  assetsWithoutBlob: number;
  /** The ids of some of them. */
  missing: string[];
}

export async function insertSweep(tx: Tx, sweep: MediaSweepRow): Promise<void> {
  await sqlOf(tx)
    .insertInto('mediaSweeps')
    .values({ ...sweep, missing: JSON.stringify(sweep.missing) })
    .execute();
}

/** The newest first. */
export async function listSweeps(reader: Reader, query: { limit: number }): Promise<MediaSweepRow[]> {
  const rows = await sqlOf(reader)
    .selectFrom('mediaSweeps')
    .select(['id', 'at', 'uploadsDeleted', 'assetsDeleted', 'blobsDeleted', 'assetsWithoutBlob', 'missing'])
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit)
    .execute();
  return rows as MediaSweepRow[];
}
