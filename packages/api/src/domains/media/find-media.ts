import { media } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { refuse } from './errors.ts';
import type { MediaAsset, MediaDetail, MediaInput } from './schema.ts';
import { assetView } from './view.ts';

const MAX_USES = 100;

/** An asset. Throws `media_not_found`. */
export async function findMedia(ctx: Pick<Ctx, 'db'>, { mediaId }: MediaInput): Promise<MediaAsset> {
  const asset = await media.findAsset(ctx.db, { id: mediaId });
  if (!asset) throw refuse('media_not_found');
  return assetView(asset);
}

/** An asset and where it is shown. Throws `media_not_found`. */
export async function findMediaDetail(ctx: Pick<Ctx, 'db'>, { mediaId }: MediaInput): Promise<MediaDetail> {
  const asset = await findMedia(ctx, { mediaId });
  const [uses, useCount] = await Promise.all([
    media.listUses(ctx.db, { assetId: mediaId, limit: MAX_USES }),
    media.countUses(ctx.db, { assetId: mediaId }),
  ]);
  return { ...asset, uses, useCount };
}
