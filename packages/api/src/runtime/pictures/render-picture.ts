import sharp from 'sharp';
import type { Rendering } from './pictures.ts';

const WHITE = '#ffffff';

/** A smaller picture of a kept one, never a larger one; runs in a process of its own. */
export async function renderPicture(kept: Uint8Array, rendering: Rendering): Promise<Uint8Array<ArrayBuffer>> {
  const { crop, width, format } = rendering;
  const whole = sharp(kept, { sequentialRead: true, failOn: 'error' });
  const picture = (crop ? whole.extract(crop) : whole)
    .resize({ width, withoutEnlargement: true })
    .toColourspace('srgb');
  switch (format) {
    case 'avif':
      // Effort 2 takes a fifth of the time of the default, for a tenth more bytes.
      return new Uint8Array(await picture.avif({ quality: 50, effort: 2 }).toBuffer());
    case 'webp':
      return new Uint8Array(await picture.webp({ quality: 75 }).toBuffer());
    case 'jpeg':
      return new Uint8Array(
        await picture.flatten({ background: WHITE }).jpeg({ quality: 80, mozjpeg: true }).toBuffer(),
      );
  }
}
