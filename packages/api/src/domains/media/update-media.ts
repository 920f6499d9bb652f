import { media } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { audit } from '../../kit/audit.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { assertVersion } from '../../kit/version.ts';
import { refuse } from './errors.ts';
import { findMediaDetail } from './find-media.ts';
import type { MediaDetail, UpdateMediaInput } from './schema.ts';
import { assetView } from './view.ts';

type Said = Pick<media.MediaAssetRow, 'alt' | 'translations' | 'focalX' | 'focalY'>;

const saidOf = ({ alt, translations, focalX, focalY }: Said): Said => ({ alt, translations, focalX, focalY });

/** Changes what is given and counts the version up. Refuses with `media_not_found`, `version_conflict`. */
export async function updateMedia(ctx: Ctx, input: UpdateMediaInput): Promise<MediaDetail> {
  const { mediaId, version, alt, translations, focalPoint } = input;
  await inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    const asset = await media.lockAsset(tx, { id: mediaId });
    if (!asset) throw refuse('media_not_found');
    assertVersion(version, assetView(asset));
    const before = saidOf(asset);
    const after: Said = {
      alt: alt ?? asset.alt,
      translations: translations ?? asset.translations,
      focalX: focalPoint?.x ?? asset.focalX,
      focalY: focalPoint?.y ?? asset.focalY,
    };
    await media.saveAsset(tx, { id: mediaId, ...after, now });
    await audit(txCtx, { action: 'media.updated', target: `media:${mediaId}`, detail: { before, after } });
  });
  return findMediaDetail(ctx, { mediaId });
}
