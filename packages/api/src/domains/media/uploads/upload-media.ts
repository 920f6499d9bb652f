import type { Ctx } from '../../../context.ts';
import { type SpooledFile, SpoolOverflow } from '../../../runtime/spool/spool.ts';
import { refuse } from '../errors.ts';
import type { MediaAsset } from '../schema.ts';
import { cleanFileName } from './file-name.ts';
import { takePicture } from './take-picture.ts';

/** Writes a file down, outside of memory. Throws `media_too_many_bytes`; then, and when `source` throws, nothing is left. */
export async function spoolUpload(
  ctx: Pick<Ctx, 'spool' | 'config'>,
  source: AsyncIterable<Uint8Array>,
): Promise<SpooledFile> {
  const { maxBytes } = ctx.config.media;
  try {
    return await ctx.spool.write(source, { maxBytes });
  } catch (error) {
    if (error instanceof SpoolOverflow) throw refuse('media_too_many_bytes', { details: { limit: maxBytes } });
    throw error;
  }
}

/**
 * Makes an asset of a file that came whole. Refuses with `media_type_unsupported`, `media_unreadable`,
 * `media_limit_exceeded`, `media_busy`. The same file again is the same asset. The file is discarded in any case.
 */
export async function uploadMedia(
  ctx: Ctx,
  upload: { file: SpooledFile; fileName: string | undefined; alt: string | undefined },
): Promise<MediaAsset> {
  try {
    return await takePicture(ctx, { ...upload, fileName: cleanFileName(upload.fileName) });
  } finally {
    await upload.file.discard();
  }
}
