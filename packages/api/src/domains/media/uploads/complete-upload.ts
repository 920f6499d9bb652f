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
  const { db, blobs, spool } = ctx;
  const upload = await media.findUpload(db, { id: uploadId });
  if (!upload) throw refuse('media_upload_not_found');
  if (upload.completedAt !== null) {
    if (upload.assetId === null) throw refuse('media_upload_expired');
    return findMedia(ctx, { mediaId: upload.assetId });
  }
  const key = uploadKey(uploadId);
  const stored = await blobs.stat(key);
  if (stored === undefined)
    throw refuse(upload.expiresAt <= ctx.now ? 'media_upload_expired' : 'media_upload_incomplete');
  // Looked at before it is read: a store that does not hold senders to what they signed may have taken anything.
  if (stored.bytes !== upload.bytes) throw refuse('media_upload_mismatch', { details: { field: 'bytes' } });
  const blob = await blobs.get(key);
  if (blob === undefined) throw refuse('media_upload_incomplete');
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

async function* once(content: Uint8Array): AsyncGenerator<Uint8Array> {
  yield content;
}
