import type { SourceFormat } from './pictures.ts';

/** What a header says of how a picture must be decoded. */
export interface PictureHeader {
  format: SourceFormat;
  pixels: number;
  channels: number;
  /** Of one channel. */
  bytesPerSample: number;
  /** Progressive JPEG and interlaced PNG: nothing is finished before all has been read. */
  interlaced: boolean;
  subsampled: boolean;
}

/**
 * About what decoding takes beyond a few lines of pixels, measured with libvips 8.18. JPEG and PNG are read line by
 * line, unless what comes first is all of the picture in a coarse form; the others are there as a whole.
 */
export function decodeBytes(header: PictureHeader): number {
  const { format, pixels, channels, bytesPerSample, interlaced, subsampled } = header;
  switch (format) {
    case 'jpeg':
      // Coefficients of two bytes, half of the colours' where they are subsampled.
      return interlaced ? pixels * (channels === 3 && subsampled ? 3 : 2 * channels) : 0;
    case 'png':
      return interlaced ? pixels * channels * bytesPerSample : 0;
    case 'gif':
      return pixels * 5;
    case 'webp':
      return pixels * 6;
    case 'avif':
      return pixels * 16;
  }
}
