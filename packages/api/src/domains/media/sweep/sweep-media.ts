import { media } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { secondsBefore } from '../../../kit/clock.ts';
import { DomainError } from '../../../kit/domain-error.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import type { BlobInfo } from '../../../runtime/blobs/blob-store.ts';
import { ASSETS, originalKey, UPLOADS, uploadKey } from '../blob-keys.ts';
import { deleteBlobs, deleteRow } from '../delete-media.ts';
import type { MediaSweep } from '../schema.ts';

/** What is younger may be on its way: a blob is there before the row that tells of it. */
const LEFT_OVER_SECONDS = 24 * 3600;
const DAY_SECONDS = 24 * 3600;
const BATCH = 500;
const MAX_MISSING = 100;
const FIRST = '00000000-0000-0000-0000-000000000000';

/**
 * Takes away what is left over: uploads that nobody finished, blobs that belong to nothing, and (where the settings say
 * so) pictures that nothing has shown for long. Reports what it did, and the assets whose blob is not there.
 */
export async function sweepMedia(ctx: Ctx): Promise<MediaSweep> {
  const before = secondsBefore(ctx.now, LEFT_OVER_SECONDS);
  const uploadsDeleted = await deleteUploads(ctx, before);
  const assetsDeleted = await deleteUnused(ctx);
  const blobs = await lookThroughBlobs(ctx, before);
  const { count, missing } = await findMissing(ctx, { before, present: blobs.present });
  const sweep = {
    id: ctx.ids.uuid(ctx.now),
    at: ctx.now,
    uploadsDeleted,
    assetsDeleted,
    blobsDeleted: blobs.deleted,
    assetsWithoutBlob: count,
    missing,
  };
  await inTransaction(ctx, ({ tx }) => media.insertSweep(tx, sweep));
  if (count > 0) ctx.log.error({ count, missing }, 'pictures have lost their files');
  return sweep;
}

/** Answers how many of them nobody had finished. */
async function deleteUploads(ctx: Ctx, before: Date): Promise<number> {
  let unfinished = 0;
  for (;;) {
    const rows = await inTransaction(ctx, ({ tx }) => media.deleteUploadsBefore(tx, { before, limit: BATCH }));
    unfinished += rows.filter(({ isCompleted }) => !isCompleted).length;
    await ctx.blobs.delete(rows.map(({ id }) => uploadKey(id)));
    if (rows.length < BATCH) return unfinished;
  }
}

async function deleteUnused(ctx: Ctx): Promise<number> {
  const { unusedDays } = ctx.config.media;
  if (unusedDays === 0) return 0;
  const before = secondsBefore(ctx.now, unusedDays * DAY_SECONDS);
  let deleted = 0;
  for (let after = FIRST; ; ) {
    const ids = await media.listUnusedAssets(ctx.db, { before, after, limit: BATCH });
    for (const mediaId of ids) {
      if (!(await deleteIfUnused(ctx, mediaId))) continue;
      deleted += 1;
      await deleteBlobs(ctx, mediaId);
    }
    if (ids.length < BATCH) return deleted;
    after = ids.at(-1) ?? after;
  }
}

/** Each in a transaction of its own: somebody may have begun to show it since it was listed. */
async function deleteIfUnused(ctx: Ctx, mediaId: string): Promise<boolean> {
  try {
    await inTransaction(ctx, (txCtx) => deleteRow(txCtx, { mediaId }));
    return true;
  } catch (error) {
    if (error instanceof DomainError && ['media_in_use', 'media_not_found'].includes(error.code)) return false;
    throw error;
  }
}

/** Deletes old blobs of assets and uploads that are not there; answers also the assets whose own blob is. */
async function lookThroughBlobs(ctx: Ctx, before: Date): Promise<{ deleted: number; present: Set<string> }> {
  const present = new Set<string>();
  let deleted = 0;
  for await (const page of ctx.blobs.list(ASSETS)) {
    for (const { key } of page) if (key === originalKey(ownerOf(key, ASSETS))) present.add(ownerOf(key, ASSETS));
    deleted += await deleteOwnerless(ctx, page, { prefix: ASSETS, before, known: knownAssets });
  }
  for await (const page of ctx.blobs.list(UPLOADS)) {
    deleted += await deleteOwnerless(ctx, page, { prefix: UPLOADS, before, known: knownUploads });
  }
  return { deleted, present };
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const ownerOf = (key: string, prefix: string): string => key.slice(prefix.length).split('/')[0] ?? '';

const knownAssets = async (ctx: Ctx, ids: readonly string[]): Promise<string[]> =>
  (await media.listAssetsById(ctx.db, { ids })).map(({ id }) => id);
const knownUploads = (ctx: Ctx, ids: readonly string[]): Promise<string[]> => media.listKnownUploads(ctx.db, { ids });

async function deleteOwnerless(
  ctx: Ctx,
  page: readonly BlobInfo[],
  of: { prefix: string; before: Date; known: (ctx: Ctx, ids: readonly string[]) => Promise<string[]> },
): Promise<number> {
  const old = page.filter(({ modifiedAt }) => modifiedAt < of.before);
  const owners = [...new Set(old.map(({ key }) => ownerOf(key, of.prefix)))].filter((id) => UUID.test(id));
  const known = new Set(await of.known(ctx, owners));
  const ownerless = old.filter(({ key }) => !known.has(ownerOf(key, of.prefix)));
  await ctx.blobs.delete(ownerless.map(({ key }) => key));
  return ownerless.length;
}

async function findMissing(
  ctx: Ctx,
  { before, present }: { before: Date; present: ReadonlySet<string> },
): Promise<{ count: number; missing: string[] }> {
  let count = 0;
  const missing: string[] = [];
  for (let after = FIRST; ; ) {
    const ids = await media.listAssetIds(ctx.db, { before, after, limit: BATCH });
    for (const id of ids) {
      if (present.has(id)) continue;
      count += 1;
      if (missing.length < MAX_MISSING) missing.push(id);
    }
    if (ids.length < BATCH) return { count, missing };
    after = ids.at(-1) ?? after;
  }
}
