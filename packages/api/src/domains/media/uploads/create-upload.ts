import { media } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { secondsAfter } from '../../../kit/clock.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { uploadKey } from '../blob-keys.ts';
import { refuse } from '../errors.ts';
import type { CreateUploadInput, MediaUpload } from '../schema.ts';
import { cleanFileName } from './file-name.ts';
import { uploadToken } from './upload-token.ts';

const UPLOAD_SECONDS = 15 * 60;

/**
 * Begins an upload whose bytes go to the store of pictures, or to us where that takes none from others. Refuses with
 * `media_too_many_bytes`.
 */
export async function createUpload(ctx: Ctx, input: CreateUploadInput): Promise<MediaUpload> {
  const { ids, now, config, blobs } = ctx;
  const { contentType, bytes } = input;
  const { maxBytes } = config.media;
  if (bytes > maxBytes) throw refuse('media_too_many_bytes', { details: { limit: maxBytes } });
  const id = ids.uuid(now);
  const expiresAt = secondsAfter(now, UPLOAD_SECONDS);
  await inTransaction(ctx, async (txCtx) => {
    const fileName = cleanFileName(input.fileName) ?? null;
    const upload = { id, contentType, bytes, fileName, createdAt: now, expiresAt, completedAt: null, assetId: null };
    await media.insertUpload(txCtx.tx, upload);
    await audit(txCtx, { action: 'media.upload_begun', target: `media-upload:${id}`, detail: { contentType, bytes } });
  });
  const presigned = await blobs.presignPut(uploadKey(id), { contentType, bytes, expiresInSeconds: UPLOAD_SECONDS });
  const own = {
    url: `${config.publicUrl}/media/uploads/${id}?token=${uploadToken(config.authSecret, id)}`,
    headers: { 'content-type': contentType },
  };
  return { uploadId: id, method: 'PUT', ...(presigned ?? own), expiresAt };
}
