import { createHash } from 'node:crypto';
import { media } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import type { KeptPicture } from '../../../runtime/pictures/pictures.ts';
import type { SpooledFile } from '../../../runtime/spool/spool.ts';
import { originalKey } from '../blob-keys.ts';
import type { MediaAsset } from '../schema.ts';
import { assetView } from '../view.ts';
import { pictureRefusal } from './refusal.ts';

const HASH_LENGTH = 32;

export interface TakenFile {
  file: SpooledFile;
  fileName: string | undefined;
  alt: string | undefined;
  /** The upload that it came by, which is completed with it. */
  uploadId?: string;
}

/**
 * Makes an asset of a file that is on this machine, or finds the one that it, or another file with the same picture,
 * became before. The blob is there before the row says so; one that no row comes to tell of is taken away.
 */
export async function takePicture(ctx: Ctx, taken: TakenFile): Promise<MediaAsset> {
  const source = taken.file.sha256;
  const known = await media.findAssetOfSource(ctx.db, { hash: source });
  if (known) {
    await inTransaction(ctx, (txCtx) => completeUpload(txCtx, taken, known.id));
    return assetView(known);
  }
  const kept = await ctx.pictures.keep(taken.file.path).catch((error: unknown) => {
    throw pictureRefusal(error);
  });
  const id = ctx.ids.uuid(ctx.now);
  const key = originalKey(id);
  let isOurs = false;
  try {
    await ctx.blobs.put(key, kept.content, { contentType: `image/${kept.format}` });
    const asset = await inTransaction(ctx, (txCtx) => saveAsset(txCtx, { id, kept, taken }));
    isOurs = asset.id === id;
    return assetView(asset);
  } finally {
    if (!isOurs) await ctx.blobs.delete([key]).catch(() => undefined);
  }
}

async function saveAsset(
  ctx: TxCtx,
  { id, kept, taken }: { id: string; kept: KeptPicture; taken: TakenFile },
): Promise<media.MediaAssetRow> {
  const { tx, now, queue } = ctx;
  const { content, ...picture } = kept;
  const hash = createHash('sha256').update(content).digest('hex').slice(0, HASH_LENGTH);
  const isNew = await media.insertAsset(tx, {
    ...picture,
    id,
    hash,
    bytes: content.byteLength,
    fileName: taken.fileName ?? null,
    alt: taken.alt ?? '',
    translations: {},
    focalX: 50,
    focalY: 50,
    version: 1,
    unusedSince: now,
    createdAt: now,
    updatedAt: now,
  });
  const asset = await media.findAssetByHash(tx, { hash });
  if (!asset) throw new Error('An asset is gone in the transaction that found it');
  await media.insertSource(tx, { hash: taken.file.sha256, assetId: asset.id, createdAt: now });
  await completeUpload(ctx, taken, asset.id);
  if (!isNew) return asset;
  const { width, height, format } = asset;
  await audit(ctx, {
    action: 'media.uploaded',
    target: `media:${id}`,
    detail: { after: { hash, fileName: asset.fileName, format, width, height, bytes: asset.bytes } },
  });
  await queue.add(tx, 'media.derive', { mediaId: id });
  return asset;
}

async function completeUpload({ tx, now }: TxCtx, { uploadId }: TakenFile, assetId: string): Promise<void> {
  if (uploadId !== undefined) await media.saveUploadCompleted(tx, { id: uploadId, assetId, at: now });
}
