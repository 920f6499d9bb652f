import { crc32, deflateSync } from 'node:zlib';
import sharp, { type Sharp } from 'sharp';

/** Files that anybody might upload to see what happens; made here, so that none of them is part of the repository. */

const u16 = (value: number): Buffer => Buffer.from([value >> 8, value & 255]);
const u32 = (value: number): Buffer =>
  Buffer.from([value >>> 24, (value >> 16) & 255, (value >> 8) & 255, value & 255]);

function pngChunk(type: string, data: Uint8Array): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  return Buffer.concat([u32(data.length), body, u32(crc32(body))]);
}

const PNG_SIGNATURE = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');

/** A whole PNG of black pixels, one bit each: a few kilobytes that are gigabytes when they are decoded. */
export function pngBomb(width: number, height: number): Buffer {
  const header = Buffer.concat([u32(width), u32(height), Buffer.from([1, 0, 0, 0, 0])]);
  const rows = deflateSync(Buffer.alloc(height * (Math.ceil(width / 8) + 1)), { level: 9 });
  const chunks = [pngChunk('IHDR', header), pngChunk('IDAT', rows), pngChunk('IEND', Buffer.alloc(0))];
  return Buffer.concat([PNG_SIGNATURE, ...chunks]);
}

/** A PNG with a chunk of text behind its header. */
export async function pngWithText(text: string): Promise<Buffer> {
  const png = await plain(40, 30).png().toBuffer();
  const afterHeader = PNG_SIGNATURE.length + 25;
  const chunk = pngChunk('tEXt', Buffer.from(`Comment\0${text}`, 'latin1'));
  return Buffer.concat([png.subarray(0, afterHeader), chunk, png.subarray(afterHeader)]);
}

/** A JPEG with a comment before everything else. */
export async function jpegWithComment(text: string): Promise<Buffer> {
  const jpeg = await plain(40, 30).jpeg().toBuffer();
  const comment = Buffer.from(text, 'latin1');
  const segment = Buffer.concat([Buffer.from([0xff, 0xfe]), u16(comment.length + 2), comment]);
  return Buffer.concat([jpeg.subarray(0, 2), segment, jpeg.subarray(2)]);
}

/** A small JPEG whose header says that it is a large one. */
export async function jpegBomb(width: number, height: number): Promise<Buffer> {
  const jpeg = await plain(40, 30).jpeg().toBuffer();
  const frame = jpeg.indexOf(Buffer.from([0xff, 0xc0]));
  u16(height).copy(jpeg, frame + 5);
  u16(width).copy(jpeg, frame + 7);
  return jpeg;
}

export async function gifBomb(width: number, height: number): Promise<Buffer> {
  const gif = await plain(40, 30).gif().toBuffer();
  const little = (value: number) => Buffer.from([value & 255, value >> 8]);
  Buffer.concat([little(width), little(height)]).copy(gif, 6);
  const descriptor = gif.indexOf(Buffer.concat([Buffer.from([0x2c, 0, 0, 0, 0]), little(40), little(30)]));
  Buffer.concat([little(width), little(height)]).copy(gif, descriptor + 5);
  return gif;
}

/** Lossy WebP says its size in 14 bits, so that 16,383 is the most. */
export async function webpBomb(): Promise<Buffer> {
  const webp = await plain(40, 30).webp().toBuffer();
  const start = webp.indexOf(Buffer.from([0x9d, 0x01, 0x2a]));
  Buffer.from([0xff, 0x3f, 0xff, 0x3f]).copy(webp, start + 3);
  return webp;
}

export async function avifBomb(width: number, height: number): Promise<Buffer> {
  const avif = await plain(64, 64).avif({ effort: 0 }).toBuffer();
  const size = avif.indexOf('ispe', 0, 'latin1');
  Buffer.concat([u32(width), u32(height)]).copy(avif, size + 8);
  return avif;
}

/** What a shop's photo may be: a gradient with a red top left corner, so that it can be told which way is up. */
export function photo(width: number, height: number): Sharp {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    <linearGradient id="g"><stop offset="0" stop-color="#204060"/><stop offset="1" stop-color="#e0c080"/></linearGradient>
    <rect width="100%" height="100%" fill="url(#g)"/>
    <rect width="${width / 4}" height="${height / 4}" fill="#ff0000"/></svg>`;
  return sharp(Buffer.from(svg)).flatten();
}

const plain = (width: number, height: number): Sharp =>
  sharp({ create: { width, height, channels: 3, background: '#336699' } });
