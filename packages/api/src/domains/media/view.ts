import type { media } from '@cartwright/db';
import { MEDIA_WIDTHS } from '../../kit/media-url.ts';
import type { MediaAsset } from './schema.ts';
import { addressesOf } from './shapes.ts';

/** An asset as staff see it. */
export function assetView(row: media.MediaAssetRow): MediaAsset {
  const { focalX, focalY, unusedSince: _, ...asset } = row;
  const focalPoint = { x: focalX, y: focalY };
  return { ...asset, focalPoint, ...addressesOf({ ...asset, focal: focalPoint }), widths: [...MEDIA_WIDTHS] };
}
