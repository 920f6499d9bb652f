import { readFile } from 'node:fs/promises';
import { media } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { isUuid } from '../../../kit/ids.ts';
import { SpoolOverflow } from '../../../runtime/spool/spool.ts';
import { uploadKey } from '../blob-keys.ts';
import { refuse } from '../errors.ts';
import { isUploadToken } from './upload-token.ts';

export interface ReceivedUpload {
  uploadId: string;
  token: string;
  contentType: string | undefined;
  source: AsyncIterable<Uint8Array>;
}

/**
 * Takes the bytes of an upload, where the store takes none from others; as often as they are sent before it is
 * completed. Refuses with `media_upload_not_found` (also without the right token), `media_upload_expired`,
 * `media_upload_completed`, `media_upload_mismatch`.
 */
export async function receiveUpload(ctx: Ctx, received: ReceivedUpload): Promise<void> {
  const { db, config, spool, blobs, now } = ctx;
  const { uploadId, token, contentType, source } = received;
  if (!isUuid(uploadId) || !isUploadToken(config.authSecret, uploadId, token)) throw refuse('media_upload_not_found');
  const upload = await media.findUpload(db, { id: uploadId });
  if (!upload) throw refuse('media_upload_not_found');
  if (upload.completedAt !== null) throw refuse('media_upload_completed');
  if (upload.expiresAt <= now) throw refuse('media_upload_expired');
  if (contentType !== upload.contentType) throw mismatch('contentType');
  const file = await spool.write(source, { maxBytes: upload.bytes }).catch((error: unknown) => {
    throw error instanceof SpoolOverflow ? mismatch('bytes') : error;
  });
  try {
    if (file.bytes !== upload.bytes) throw mismatch('bytes');
    await blobs.put(uploadKey(uploadId), await readFile(file.path), { contentType });
  } finally {
    await file.discard();
  }
}

const mismatch = (field: 'contentType' | 'bytes') => refuse('media_upload_mismatch', { details: { field } });
