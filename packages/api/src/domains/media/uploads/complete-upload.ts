import { media } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { uploadKey } from '../blob-keys.ts';
import { refuse } from '../errors.ts';
import { findMedia } from '../find-media.ts';
import type { CompleteUploadInput, MediaAsset } from '../schema.ts';
import { takePicture } from './take-picture.ts';

/**
 * Makes an asset of what has arrived; completing again answers it again. Refuses with `media_upload_not_found`,
 * `media_upload_incomplete`, `media_upload_mismatch`, `media_upload_expired` (nothing came in time, or its asset was
 * deleted since), and as uploading in a form does.
 */
export async function completeUpload(ctx: Ctx, { uploadId, alt }: CompleteUploadInput): Promise<MediaAsset> {
  const { blobs, spool } = ctx;
  const upload = await findUpload(ctx, uploadId);
  if ('asset' in upload) return upload.asset;
  const key = uploadKey(uploadId);
  // Looked at before it is read: a store that does not hold senders to what they signed may have taken anything.
  const stored = await blobs.stat(key);
  if (stored !== undefined && stored.bytes !== upload.bytes) {
    throw refuse('media_upload_mismatch', { details: { field: 'bytes' } });
  }
  const blob = stored && (await blobs.get(key));
  if (blob === undefined) {
    // Somebody else may have completed it, and taken the bytes away.
    const now = await findUpload(ctx, uploadId);
    if ('asset' in now) return now.asset;
    throw refuse(upload.expiresAt <= ctx.now ? 'media_upload_expired' : 'media_upload_incomplete');
  }
  const file = await spool.write(once(blob.content), { maxBytes: upload.bytes });
  try {
    const fileName = upload.fileName ?? undefined;
    const asset = await takePicture(ctx, { file, fileName, alt, uploadId });
    // Left over, it is found by the next sweep.
    await blobs.delete([key]).catch(() => undefined);
    return asset;
  } finally {
    await file.discard();
  }
}

/** An upload, or what it has become. */
async function findUpload(ctx: Ctx, id: string): Promise<media.MediaUploadRow | { asset: MediaAsset }> {
  const upload = await media.findUpload(ctx.db, { id });
  if (!upload) throw refuse('media_upload_not_found');
  if (upload.completedAt === null) return upload;
  if (upload.assetId === null) throw refuse('media_upload_expired');
  return { asset: await findMedia(ctx, { mediaId: upload.assetId }) };
}

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
