import {
  type FocalPoint,
  MEDIA_CROPS,
  MEDIA_WIDTHS,
  type MediaCrop,
  mediaCrops,
  mediaPath,
} from '../../kit/media-url.ts';
import type { Crop } from '../../runtime/pictures/pictures.ts';

export interface Size {
  width: number;
  height: number;
}

/** The largest part of a picture in a shape, as near to its focal point as the edges let it be. */
export function cropOf(picture: Size, crop: MediaCrop, focal: FocalPoint): Crop {
  const ratio = MEDIA_CROPS[crop];
  const width = Math.max(1, Math.min(picture.width, Math.round(picture.height * ratio)));
  const height = Math.max(1, Math.min(picture.height, Math.round(picture.width / ratio)));
  const start = (whole: number, part: number, percent: number): number =>
    Math.max(0, Math.min(whole - part, Math.round((whole * percent) / 100 - part / 2)));
  return {
    width,
    height,
    left: start(picture.width, width, focal.x),
    top: start(picture.height, height, focal.y),
  };
}

/** Those of the widths that show more than the one before: the first that is as wide as the picture is the last. */
export function widthsOf(available: number): { asked: number; shown: number }[] {
  const smaller = MEDIA_WIDTHS.filter((width) => width < available);
  const whole = MEDIA_WIDTHS.find((width) => width >= available);
  const last = whole === undefined ? [] : [{ asked: whole, shown: available }];
  return [...smaller.map((width) => ({ asked: width, shown: width })), ...last];
}

type PerShape = Record<'fit' | MediaCrop, string>;

/** The addresses of a picture in every shape. */
export function addressesOf(picture: Size & { hash: string; focal: FocalPoint }): { urls: PerShape; srcset: PerShape } {
  const { hash, focal } = picture;
  const shapes = [
    ['fit', 'fit', picture.width] as const,
    ...mediaCrops.map((crop) => [crop, { crop, focal }, cropOf(picture, crop, focal).width] as const),
  ];
  const urls = shapes.map(([name, shape]) => [name, mediaPath(hash, shape, '{width}')]);
  const sets = shapes.map(([name, shape, available]) => {
    const each = widthsOf(available).map(({ asked, shown }) => `${mediaPath(hash, shape, String(asked))} ${shown}w`);
    return [name, each.join(', ')];
  });
  return { urls: Object.fromEntries(urls) as PerShape, srcset: Object.fromEntries(sets) as PerShape };
}
