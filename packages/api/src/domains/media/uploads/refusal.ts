import type { DomainError } from '../../../kit/domain-error.ts';
import { type PictureFault, PictureRefused, PicturesBusy } from '../../../runtime/pictures/pictures.ts';
import { refuse } from '../errors.ts';

const SAID: Record<Exclude<PictureFault, 'type'>, string> = {
  empty: 'The file is empty.',
  corrupt: 'The file is broken, or cut off.',
  pixels: 'The picture has more pixels than are worked on.',
  frames: 'The picture has more frames than are worked on.',
  memory: 'Decoding the picture would take more memory than it may; save it as a baseline JPEG or a PNG.',
  time: 'Decoding the picture takes too long.',
};

/** A refusal that callers understand, of what the picture processes said. */
export function pictureRefusal(error: unknown): DomainError | unknown {
  if (error instanceof PicturesBusy) return refuse('media_busy', { retryAfterSeconds: error.retryAfterSeconds });
  if (!(error instanceof PictureRefused)) return error;
  const { fault, limit } = error;
  if (fault === 'type') return refuse('media_type_unsupported');
  const isLimit = fault === 'pixels' || fault === 'frames' || fault === 'memory' || fault === 'time';
  return refuse(isLimit ? 'media_limit_exceeded' : 'media_unreadable', {
    detail: SAID[fault],
    details: { reason: fault, ...(limit !== undefined && { limit }) },
  });
}
