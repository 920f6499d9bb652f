import { media } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../context.ts';
import { audit } from '../../kit/audit.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { detachMedia } from '../catalog/index.ts';
import { folderOf } from './blob-keys.ts';
import { refuse } from './errors.ts';
import type { DeleteMediaInput } from './schema.ts';

/**
 * Deletes an asset, then its blobs. Refuses with `media_not_found`, and with `media_in_use` while products show it,
 * unless it is to be taken out of them.
 */
export async function deleteMedia(ctx: Ctx, { mediaId, force }: DeleteMediaInput): Promise<void> {
  await inTransaction(ctx, async (txCtx) => {
    // Products first, as whoever attaches it has them locked before the asset.
    const detached = force ? await detachMedia(txCtx, { mediaId }) : [];
    await deleteRow(txCtx, { mediaId, detached });
  });
  await deleteBlobs(ctx, mediaId);
}

/** Deletes an asset's row unless something shows it. Refuses with `media_not_found`, `media_in_use`. */
export async function deleteRow(
  ctx: TxCtx,
  { mediaId, detached = [] }: { mediaId: string; detached?: readonly string[] },
): Promise<void> {
  const { tx } = ctx;
  // Whoever is about to show it holds the row until it is done; from here on, nobody begins to.
  const asset = await media.lockAsset(tx, { id: mediaId });
  if (!asset) throw refuse('media_not_found');
  const useCount = await media.countUses(tx, { assetId: mediaId });
  if (useCount > 0) throw refuse('media_in_use', { details: { useCount } });
  await media.deleteAsset(tx, { id: mediaId });
  const { hash, fileName, alt } = asset;
  const detail = { before: { hash, fileName, alt }, detached };
  await audit(ctx, { action: 'media.deleted', target: `media:${mediaId}`, detail });
}

/** Deletes the blobs of an asset that is gone; what is left when that fails is found by the next sweep. */
export async function deleteBlobs({ blobs, log }: Pick<Ctx, 'blobs' | 'log'>, mediaId: string): Promise<void> {
  try {
    for await (const page of blobs.list(folderOf(mediaId))) await blobs.delete(page.map(({ key }) => key));
  } catch (error) {
    log.warn({ mediaId, error: error instanceof Error ? error.message : String(error) }, 'blobs were left over');
  }
}
