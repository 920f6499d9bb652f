/** The widths that pictures are shown in; nothing between them is made. */
export const MEDIA_WIDTHS = [160, 320, 480, 640, 960, 1280, 1920] as const;
export type MediaWidth = (typeof MEDIA_WIDTHS)[number];

/** What is shown of a picture: all of it, or as much as fits the shape, around its focal point. */
export const MEDIA_CROPS = { square: 1, '4x5': 4 / 5, '16x9': 16 / 9 } as const;
export type MediaCrop = keyof typeof MEDIA_CROPS;
export const mediaCrops = Object.keys(MEDIA_CROPS) as MediaCrop[];

/** In percent of the width and the height. */
export interface FocalPoint {
  x: number;
  y: number;
}

/** Of a picture in a page that does not choose for itself. */
const DEFAULT_WIDTH: MediaWidth = 1280;

/**
 * The address of a picture, where `{width}` or one of {@link MEDIA_WIDTHS} is to be its last part. What is cropped has
 * the focal point in its address, so that another one is another address, and what an address shows never changes.
 */
export function mediaPath(hash: string, shape: 'fit' | { crop: MediaCrop; focal: FocalPoint }, width: string): string {
  const part = shape === 'fit' ? 'fit' : `${shape.crop}-${shape.focal.x}x${shape.focal.y}`;
  return `/media/${hash}/${part}/${width}`;
}

/** The address of all of a picture in a size for most pages. */
export function mediaUrl(hash: string): string {
  return mediaPath(hash, 'fit', String(DEFAULT_WIDTH));
}
