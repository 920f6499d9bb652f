import sharp, { type Metadata, type Sharp } from 'sharp';
import { rgbaToThumbHash } from 'thumbhash';
import { decodeBytes } from './decode-bytes.ts';
import {
  type KeptFormat,
  type KeptPicture,
  type PictureLimits,
  PictureRefused,
  type SourceFormat,
} from './pictures.ts';

/** Up to here what was lossless stays so; beyond, it is a photo that would take tens of megabytes. */
const MAX_LOSSLESS_PIXELS = 4_000_000;
const THUMBHASH_DIMENSION = 100;

const LOADERS: Record<SourceFormat, string> = { jpeg: 'jpeg', png: 'png', gif: 'gif', webp: 'webp', avif: 'heif' };

/**
 * What is kept of an uploaded file; runs in a process of its own. Everything is checked on the header before a pixel is
 * decoded. Throws `PictureRefused`.
 */
export async function keepPicture(path: string, format: SourceFormat, limits: PictureLimits): Promise<KeptPicture> {
  const header = await readHeader(path, format, limits);
  const { maxPixels, maxDimension } = limits;
  const decoded = sharp(path, { sequentialRead: true, limitInputPixels: maxPixels, failOn: 'error' })
    .autoOrient()
    .resize({ width: maxDimension, height: maxDimension, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb');
  const kept = keptFormat(format, header, maxDimension);
  const { data, info } = await encode(decoded, kept, format)
    .toBuffer({ resolveWithObject: true })
    .catch(() => {
      throw new PictureRefused('corrupt');
    });
  return {
    content: new Uint8Array(data),
    format: kept,
    width: info.width,
    height: info.height,
    hasAlpha: info.channels === 4 || info.channels === 2,
    thumbhash: await thumbhashOf(data),
  };
}

async function readHeader(path: string, format: SourceFormat, limits: PictureLimits): Promise<Metadata> {
  const header = await sharp(path, { limitInputPixels: false })
    .metadata()
    .catch(() => undefined);
  // What the first bytes promise is what libvips has found, so that no two readers disagree.
  if (header === undefined || header.format !== LOADERS[format]) throw new PictureRefused('corrupt');
  if (format === 'avif' && header.compression !== 'av1') throw new PictureRefused('type');
  const pixels = header.width * (header.pageHeight ?? header.height);
  if (pixels > limits.maxPixels) throw new PictureRefused('pixels', limits.maxPixels);
  if ((header.pages ?? 1) > limits.maxFrames) throw new PictureRefused('frames', limits.maxFrames);
  const needed = decodeBytes({
    format,
    pixels,
    channels: header.channels,
    bytesPerSample: header.depth === 'ushort' ? 2 : 1,
    interlaced: header.isProgressive ?? false,
    subsampled: header.chromaSubsampling === '4:2:0',
  });
  if (needed > limits.maxDecodeBytes) throw new PictureRefused('memory', limits.maxDecodeBytes);
  return header;
}

function keptFormat(format: SourceFormat, header: Metadata, maxDimension: number): KeptFormat {
  const height = header.pageHeight ?? header.height;
  const scale = Math.min(1, maxDimension / Math.max(header.width, height));
  const isSmall = header.width * height * scale * scale <= MAX_LOSSLESS_PIXELS;
  if ((format === 'png' || format === 'gif') && isSmall) return 'png';
  return header.hasAlpha ? 'webp' : 'jpeg';
}

function encode(picture: Sharp, kept: KeptFormat, from: SourceFormat): Sharp {
  switch (kept) {
    case 'png':
      return picture.png({ compressionLevel: 7 });
    case 'webp':
      return picture.webp({ quality: 90, effort: 2 });
    case 'jpeg':
      // Optimal tables would hold all of the picture in memory, for a few percent of the file.
      return picture.jpeg({
        quality: 90,
        optimiseCoding: false,
        chromaSubsampling: from === 'png' ? '4:4:4' : '4:2:0',
      });
  }
}

async function thumbhashOf(kept: Buffer): Promise<string> {
  const { data, info } = await sharp(kept)
    .resize({ width: THUMBHASH_DIMENSION, height: THUMBHASH_DIMENSION, fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  return Buffer.from(rgbaToThumbHash(info.width, info.height, data)).toString('base64');
}
