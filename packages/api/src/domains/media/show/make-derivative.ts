import type { media } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import type { Blob } from '../../../runtime/blobs/blob-store.ts';
import type { ShownFormat } from '../../../runtime/pictures/pictures.ts';
import { derivativeKey, originalKey, type Shape } from '../blob-keys.ts';
import { cropOf } from '../shapes.ts';

export interface Derivative {
  shape: Shape;
  width: number;
  format: ShownFormat;
}

/** What making a derivative needs of a context. */
export type Maker = Pick<Ctx, 'blobs' | 'pictures' | 'log'>;

/**
 * Makes a smaller picture of an asset and stores it, unless somebody has meanwhile: what is stored is answered.
 * Undefined when the asset's own blob is not there. Throws `PicturesBusy`.
 */
export async function makeDerivative(
  { blobs, pictures, log }: Maker,
  asset: media.ShownAsset,
  derivative: Derivative & { patient?: boolean },
): Promise<Blob | undefined> {
  const { shape, width, format, patient = false } = derivative;
  const key = derivativeKey(asset.id, derivative);
  const known = await blobs.get(key);
  if (known) return known;
  const original = await blobs.get(originalKey(asset.id));
  if (original === undefined) {
    log.error({ mediaId: asset.id }, 'the blob of a picture is not there');
    return undefined;
  }
  const focal = shape.focal ?? { x: asset.focalX, y: asset.focalY };
  const crop = shape.crop && cropOf(asset, shape.crop, focal);
  const content = await pictures.render(original.content, { crop, width, format }, { patient });
  await blobs.put(key, content, { contentType: `image/${format}`, ifAbsent: true });
  return blobs.get(key);
}
