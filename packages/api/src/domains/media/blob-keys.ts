import { type FocalPoint, type MediaCrop, mediaCrops, mediaPath } from '../../kit/media-url.ts';
import type { ShownFormat } from '../../runtime/pictures/pictures.ts';

/** Where the blobs of assets are: `assets/{id}/…`. An id is never used again, so that nothing is left for another. */
export const ASSETS = 'assets/';
/** Where uploads wait to be completed: `uploads/{id}`. */
export const UPLOADS = 'uploads/';

export const folderOf = (assetId: string): string => `${ASSETS}${assetId}/`;
export const originalKey = (assetId: string): string => `${folderOf(assetId)}original`;
export const uploadKey = (uploadId: string): string => `${UPLOADS}${uploadId}`;

/** What an address asks for. */
export interface Shape {
  crop: MediaCrop | undefined;
  /** Undefined: that of the picture as it is now. */
  focal: FocalPoint | undefined;
}

/** Where a picture of this shape, width and format is. */
export function derivativeKey(assetId: string, picture: { shape: Shape; width: number; format: ShownFormat }): string {
  const { shape, width, format } = picture;
  const { crop, focal = { x: 50, y: 50 } } = shape;
  // The same words as in its address, whose first parts are `/media/{id}`.
  const path = mediaPath(assetId, crop === undefined ? 'fit' : { crop, focal }, String(width));
  return `${ASSETS}${path.slice('/media/'.length)}.${format}`;
}

const SHAPE = /^(?:fit|([a-z0-9]+)(?:-(\d{1,3})x(\d{1,3}))?)$/;

/** The shape that a part of an address names; undefined for what is not made. */
export function readShape(part: string): Shape | undefined {
  const match = SHAPE.exec(part);
  if (match === null) return undefined;
  if (part === 'fit') return { crop: undefined, focal: undefined };
  const crop = mediaCrops.find((each) => each === match[1]);
  if (crop === undefined) return undefined;
  if (match[2] === undefined || match[3] === undefined) return { crop, focal: undefined };
  const focal = { x: Number(match[2]), y: Number(match[3]) };
  const isCanonical = part === `${crop}-${focal.x}x${focal.y}`;
  return isCanonical && focal.x <= 100 && focal.y <= 100 ? { crop, focal } : undefined;
}
