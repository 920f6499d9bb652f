import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import sharp, { type Sharp } from 'sharp';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  avifBomb,
  gifBomb,
  jpegBomb,
  jpegWithComment,
  photo,
  pngBomb,
  pngWithText,
  webpBomb,
} from '../../testing/awkward-pictures.ts';
import { createPictures } from './create-pictures.ts';
import { type KeptPicture, type PictureLimits, PictureRefused, type Pictures, PicturesBusy } from './pictures.ts';

const MIB = 1024 * 1024;
const MAX_MS = 3_000;
const MAX_RISE_BYTES = 200 * MIB;
const LIMITS: PictureLimits = {
  maxPixels: 50_000_000,
  maxFrames: 1000,
  maxDecodeBytes: 150_000_000,
  maxDimension: 4096,
};

let directory: string;
let pictures: Pictures;
let made = 0;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'cartwright-pictures-'));
  pictures = createPictures({ limits: LIMITS, atOnce: 1 });
  // Starting the process is no part of a picture's time.
  await keep(await photo(10, 10).png().toBuffer());
});
afterAll(async () => {
  await pictures.close();
  await rm(directory, { recursive: true });
});

async function fileOf(content: Uint8Array): Promise<string> {
  made += 1;
  const path = join(directory, String(made));
  await writeFile(path, content);
  return path;
}

const keep = async (content: Uint8Array): Promise<KeptPicture> => pictures.keep(await fileOf(content));

async function faultOf(content: Uint8Array | string): Promise<string> {
  const path = typeof content === 'string' ? content : await fileOf(content);
  return pictures.keep(path).then(
    () => 'kept',
    (error: unknown) => (error instanceof PictureRefused ? error.fault : String(error)),
  );
}

const rawOf = async (picture: Uint8Array) => sharp(picture).raw().toBuffer({ resolveWithObject: true });

/** The colour of the pixel in the middle of a part of a picture, in eighths of its width and height. */
async function colourAt(picture: Uint8Array, x: number, y: number): Promise<number[]> {
  const { data, info } = await rawOf(picture);
  const at = (Math.floor((info.height * y) / 8) * info.width + Math.floor((info.width * x) / 8)) * info.channels;
  return [...data.subarray(at, at + 3)];
}

const isRed = ([r = 0, g = 0, b = 0]: number[]): boolean => r > 200 && g < 60 && b < 60;

/** The process that decodes, by what Linux says of it: its peak in bytes since it was last forgotten. */
function decoder(): { rss(): number; forgetPeak(): Promise<void>; peak(): number } | undefined {
  if (!existsSync('/proc/self/status')) return undefined;
  const children = readdirSync('/proc/self/task').flatMap((task) =>
    readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' '),
  );
  const pid = children.find(
    (each) => each !== '' && readFileSync(`/proc/${each}/cmdline`, 'utf8').includes('picture-process'),
  );
  const read = (name: string) =>
    Number(new RegExp(`${name}:\\s+(\\d+)`).exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) * 1024;
  return {
    rss: () => read('VmRSS'),
    peak: () => read('VmHWM'),
    forgetPeak: () => writeFile(`/proc/${pid}/clear_refs`, '5'),
  };
}

/** Keeps a file or refuses it, in time and memory; answers which of the two, and what it took. */
async function measured(path: string): Promise<{ outcome: string; ms: number; riseBytes: number; kept?: KeptPicture }> {
  const process_ = decoder();
  const before = process_?.rss() ?? 0;
  await process_?.forgetPeak();
  const own = process.memoryUsage.rss();
  const start = performance.now();
  const result = await pictures.keep(path).catch((error: unknown) => error);
  const ms = performance.now() - start;
  const ownRise = Math.max(0, process.memoryUsage.rss() - own);
  const riseBytes = Math.max(0, (process_?.peak() ?? 0) - before) + ownRise;
  expect(ms).toBeLessThan(MAX_MS);
  expect(riseBytes).toBeLessThan(MAX_RISE_BYTES);
  if (result instanceof PictureRefused) return { outcome: result.fault, ms, riseBytes };
  if (result instanceof Error) throw result;
  const kept = result as KeptPicture;
  return { outcome: `${kept.format} ${kept.width}x${kept.height}`, ms, riseBytes, kept };
}

describe('what is kept of a picture', () => {
  test.each([1, 2, 3, 4, 5, 6, 7, 8])('is upright, whatever its orientation says: %i', async (orientation) => {
    // Stored so that turning it as its orientation says gives the same picture again; sharp mirrors before it turns.
    const turn: Record<number, (s: Sharp) => Sharp> = {
      1: (s) => s,
      2: (s) => s.flop(),
      3: (s) => s.rotate(180),
      4: (s) => s.flip(),
      5: (s) => s.rotate(270).flop(),
      6: (s) => s.rotate(270),
      7: (s) => s.rotate(90).flop(),
      8: (s) => s.rotate(90),
    };
    const upright = await photo(160, 80).png().toBuffer();
    const turned = await (turn[orientation] as (s: Sharp) => Sharp)(sharp(upright)).png().toBuffer();
    const kept = await keep(await sharp(turned).withMetadata({ orientation }).jpeg().toBuffer());
    expect([kept.width, kept.height]).toEqual([160, 80]);
    expect(isRed(await colourAt(kept.content, 1, 1))).toBe(true);
    for (const [x, y] of [
      [7, 1],
      [1, 7],
      [7, 7],
    ] as const)
      expect(isRed(await colourAt(kept.content, x, y))).toBe(false);
  });

  test('has no metadata: no place, no camera, no profile', async () => {
    const exif = { IFD0: { Model: 'Secret Camera' }, IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '52/1 31/1 12/1' } };
    const source = await photo(80, 60).withExif(exif).withXmp('<x:xmpmeta>secret</x:xmpmeta>').jpeg().toBuffer();
    expect(source.includes('Secret Camera')).toBe(true);
    const { content } = await keep(source);
    const metadata = await sharp(content).metadata();
    expect([metadata.exif, metadata.xmp, metadata.icc, metadata.orientation]).toEqual(Array(4).fill(undefined));
    for (const word of ['Secret', 'secret', 'GPS', 'Exif']) expect(Buffer.from(content).includes(word)).toBe(false);
  });

  test('is sRGB of eight bits: of CMYK and of sixteen bits', async () => {
    const cmyk = await keep(await photo(80, 60).toColourspace('cmyk').jpeg({ quality: 95 }).toBuffer());
    expect(await sharp(cmyk.content).metadata()).toMatchObject({ space: 'srgb', channels: 3, format: 'jpeg' });
    expect(isRed(await colourAt(cmyk.content, 1, 1))).toBe(true);
    const deep = await keep(await photo(80, 60).toColourspace('rgb16').png().toBuffer());
    expect(await sharp(deep.content).metadata()).toMatchObject({ space: 'srgb', depth: 'uchar', format: 'png' });
    expect(await colourAt(deep.content, 1, 1)).toEqual([255, 0, 0]);
  });

  test('keeps what is transparent', async () => {
    const glass = {
      create: { width: 40, height: 30, channels: 4, background: { r: 0, g: 0, b: 255, alpha: 0.5 } },
    } as const;
    const kept = await keep(await sharp(glass).png().toBuffer());
    expect([kept.format, kept.hasAlpha]).toEqual(['png', true]);
    expect([...(await rawOf(kept.content)).data.subarray(0, 4)]).toEqual([0, 0, 255, 128]);
    expect((await keep(await sharp(glass).webp().toBuffer())).format).toBe('webp');
  });

  test('is the first frame of what moves', async () => {
    const frames = ['#ff0000', '#00ff00', '#0000ff'].map((background) => ({
      create: { width: 40, height: 30, channels: 3 as const, background },
    }));
    const images = await Promise.all(frames.map((frame) => sharp(frame).png().toBuffer()));
    for (const format of ['gif', 'webp'] as const) {
      const moving = await sharp(images, { join: { animated: true } })
        .toFormat(format)
        .toBuffer();
      expect((await sharp(moving).metadata()).pages).toBe(3);
      const kept = await keep(moving);
      expect([kept.width, kept.height]).toEqual([40, 30]);
      expect(isRed(await colourAt(kept.content, 4, 4))).toBe(true);
    }
  });

  test('is no larger than the store keeps', async () => {
    const { width, height, format } = await keep(await photo(5000, 2500).jpeg().toBuffer());
    expect([width, height, format]).toEqual([4096, 2048, 'jpeg']);
  });

  test('has a placeholder, the same for the same picture', async () => {
    const source = await photo(200, 100).png().toBuffer();
    const [one, two] = [await keep(source), await keep(source)];
    expect(one.thumbhash).toBe(two.thumbhash);
    expect(Buffer.from(one.thumbhash, 'base64').length).toBeGreaterThan(15);
    expect(Buffer.from(one.content).equals(Buffer.from(two.content))).toBe(true);
  });

  const JAR = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.from('META-INF/MANIFEST.MF evil.class')]);
  test.each<[string, () => Promise<Buffer>, string]>([
    ['a GIF that is a JAR too', async () => Buffer.concat([await photo(40, 30).gif().toBuffer(), JAR]), 'evil.class'],
    ['a PNG with PHP in it', () => pngWithText('<?php system($_GET[0]); ?>'), '<?php'],
    [
      'a PNG with PHP behind it',
      async () => Buffer.concat([await photo(40, 30).png().toBuffer(), Buffer.from('<?php ?>')]),
      '<?php',
    ],
    ['a JPEG with HTML in it', () => jpegWithComment('--><script>alert(1)</script>'), '<script'],
    [
      'a WebP with HTML behind it',
      async () => Buffer.concat([await photo(40, 30).webp().toBuffer(), Buffer.from('<html>')]),
      '<html',
    ],
  ])('has nothing of what else a file was: %s', async (_what, source, payload) => {
    const content = await source();
    expect(content.includes(payload)).toBe(true);
    const kept = await keep(content);
    expect([kept.width, kept.height]).toEqual([40, 30]);
    expect(Buffer.from(kept.content).includes(payload)).toBe(false);
  });
});

describe('what is refused, with its reason, in time and memory', () => {
  test.each<[string, () => Buffer | Promise<Buffer>, string]>([
    ['nothing', () => Buffer.alloc(0), 'empty'],
    ['one byte', () => Buffer.from([0xff]), 'type'],
    ['SVG', () => Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'), 'type'],
    ['HTML', () => Buffer.from('<!doctype html><script>alert(1)</script>'), 'type'],
    ['PHP', () => Buffer.from('<?php system($_GET[0]); ?>'), 'type'],
    ['PDF', () => Buffer.from('%PDF-1.7\n'), 'type'],
    ['a ZIP', () => Buffer.from('PK\x03\x04', 'latin1'), 'type'],
    ['TIFF', () => photo(10, 10).tiff().toBuffer(), 'type'],
    ['HEIC, which is a box like AVIF', () => Buffer.from('\0\0\0\x18ftypheic\0\0\0\0mif1heic', 'latin1'), 'type'],
    [
      'a header of JPEG and HTML after it',
      () => Buffer.from('\xff\xd8\xff<script>alert(1)</script>', 'latin1'),
      'corrupt',
    ],
    ['a header of PNG alone', () => Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'), 'corrupt'],
    ['a header of GIF and JavaScript after it', () => Buffer.from('GIF89a/*\0\0\0*/=alert(1)//'), 'corrupt'],
    ['a header of WebP alone', () => Buffer.from('RIFF\x10\0\0\0WEBPVP8 ', 'latin1'), 'corrupt'],
    ['a header of AVIF alone', () => Buffer.from('\0\0\0\x18ftypavif\0\0\0\0mif1avif', 'latin1'), 'corrupt'],
    ['half a JPEG', async () => half(await photo(800, 600).jpeg().toBuffer()), 'corrupt'],
    ['half a PNG', async () => half(await photo(800, 600).png().toBuffer()), 'corrupt'],
    ['half a WebP', async () => half(await photo(800, 600).webp().toBuffer()), 'corrupt'],
    ['half an AVIF', async () => half(await photo(64, 64).avif({ effort: 0 }).toBuffer()), 'corrupt'],
    ['a PNG of 20,000 × 20,000', () => pngBomb(20_000, 20_000), 'pixels'],
    ['a PNG of 65,536 × 65,536', () => pngBomb(65_536, 65_536), 'pixels'],
    ['a JPEG of 20,000 × 20,000', () => jpegBomb(20_000, 20_000), 'pixels'],
    ['a JPEG of 65,500 × 65,500', () => jpegBomb(65_500, 65_500), 'pixels'],
    ['a GIF of 20,000 × 20,000', () => gifBomb(20_000, 20_000), 'pixels'],
    ['a WebP of 16,383 × 16,383', () => webpBomb(), 'pixels'],
    ['an AVIF of 20,000 × 20,000', () => avifBomb(20_000, 20_000), 'pixels'],
  ])('%s', async (_what, content, fault) => {
    const { outcome } = await measured(await fileOf(await content()));
    expect(outcome).toBe(fault);
  });

  const half = (content: Buffer): Buffer => content.subarray(0, content.length / 2);

  test('a pixel more than the limit, and not the limit', async () => {
    const strict = createPictures({ limits: { ...LIMITS, maxPixels: 1200 }, atOnce: 1 });
    try {
      const [fits, exceeds] = [await photo(40, 30).png().toBuffer(), await photo(1201, 1).png().toBuffer()];
      expect(await strict.keep(await fileOf(fits))).toMatchObject({ width: 40, height: 30 });
      const refused = await strict.keep(await fileOf(exceeds)).catch((error: unknown) => error);
      expect(refused).toMatchObject({ fault: 'pixels', limit: 1200 });
    } finally {
      await strict.close();
    }
  });

  test('more frames than the limit', async () => {
    const strict = createPictures({ limits: { ...LIMITS, maxFrames: 2 }, atOnce: 1 });
    try {
      const frame = await photo(20, 10).png().toBuffer();
      const other = await photo(20, 10).negate().png().toBuffer();
      const moving = await sharp([frame, other, frame], { join: { animated: true } })
        .gif()
        .toBuffer();
      const refused = await strict.keep(await fileOf(moving)).catch((error: unknown) => error);
      expect(refused).toMatchObject({ fault: 'frames', limit: 2 });
    } finally {
      await strict.close();
    }
  });

  test('what must be in memory as a whole, and would take more of it than it may', async () => {
    const strict = createPictures({ limits: { ...LIMITS, maxDecodeBytes: 1_000_000 }, atOnce: 1 });
    const faults = async (content: Buffer) =>
      strict.keep(await fileOf(content)).then(
        () => 'kept',
        (error: PictureRefused) => error.fault,
      );
    try {
      const picture = () => photo(1000, 600);
      expect(await faults(await picture().jpeg().toBuffer())).toBe('kept');
      expect(await faults(await picture().png().toBuffer())).toBe('kept');
      expect(await faults(await picture().jpeg({ progressive: true }).toBuffer())).toBe('memory');
      expect(await faults(await picture().png({ progressive: true }).toBuffer())).toBe('memory');
      expect(await faults(await picture().webp().toBuffer())).toBe('memory');
      expect(await faults(await picture().gif().toBuffer())).toBe('memory');
      expect(await faults(await picture().avif({ effort: 0 }).toBuffer())).toBe('memory');
    } finally {
      await strict.close();
    }
  });

  test('what takes too long, and the next picture is kept all the same', async () => {
    const hasty = createPictures({ limits: LIMITS, atOnce: 1, timeoutMs: 1 });
    try {
      const slow = await fileOf(await photo(3000, 3000).jpeg().toBuffer());
      expect(await hasty.keep(slow).catch((error: unknown) => error)).toMatchObject({ fault: 'time' });
    } finally {
      await hasty.close();
    }
    expect((await keep(await photo(30, 20).png().toBuffer())).width).toBe(30);
  });
});

describe('the largest that is taken', () => {
  test.each<[string, () => Promise<Buffer>]>([
    ['a baseline JPEG of 50 megapixels', () => photo(8000, 6250).jpeg().toBuffer()],
    ['a JPEG of 50 megapixels on its side', () => photo(6250, 8000).withMetadata({ orientation: 6 }).jpeg().toBuffer()],
    ['a progressive JPEG of 24 megapixels', () => photo(6000, 4000).jpeg({ progressive: true }).toBuffer()],
    ['a PNG of 50 megapixels', () => photo(8000, 6250).png({ compressionLevel: 1 }).toBuffer()],
    ['a WebP of 24 megapixels', () => photo(6000, 4000).webp({ effort: 0 }).toBuffer()],
  ])('%s', async (_what, content) => {
    const { kept } = await measured(await fileOf(await content()));
    expect(Math.max(kept?.width ?? 0, kept?.height ?? 0)).toBe(4096);
  });
});

describe('several at once', () => {
  test('a bounded number waits, and the others are refused at once', async () => {
    const narrow = createPictures({ limits: LIMITS, atOnce: 1, maxWaiting: 2 });
    try {
      const path = await fileOf(await photo(1500, 1000).jpeg().toBuffer());
      const results = await Promise.allSettled(Array.from({ length: 6 }, () => narrow.keep(path)));
      const busy = results.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []));
      expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3);
      expect(busy.every((error) => error instanceof PicturesBusy && error.retryAfterSeconds === 2)).toBe(true);
      const kept = await narrow.keep(path);
      const rendering = { crop: undefined, width: 160, format: 'webp' } as const;
      const patient = Array.from({ length: 6 }, () => narrow.render(kept.content, rendering, { patient: true }));
      expect(await Promise.all(patient)).toHaveLength(6);
    } finally {
      await narrow.close();
    }
  });

  test('those at work and waiting while the server stops are told to come again', async () => {
    const ending = createPictures({ limits: LIMITS, atOnce: 1 });
    const path = await fileOf(await photo(4000, 4000).jpeg().toBuffer());
    const results = Array.from({ length: 3 }, () => ending.keep(path).catch((error: unknown) => error));
    await new Promise((resolve) => setTimeout(resolve, 100));
    await ending.close();
    for (const result of [...(await Promise.all(results)), await ending.keep(path).catch((error: unknown) => error)]) {
      expect(result).toBeInstanceOf(PicturesBusy);
    }
  });

  test('a process that dies of a picture takes no other one along', async () => {
    const dying = decoder();
    expect(dying).toBeDefined();
    const path = await fileOf(await photo(6000, 6000).jpeg().toBuffer());
    const pending = faultOf(path);
    setTimeout(() => killDecoder(), 20);
    expect(['corrupt', 'kept']).toContain(await pending);
    expect((await keep(await photo(30, 20).png().toBuffer())).width).toBe(30);
  });
});

function killDecoder(): void {
  for (const task of readdirSync('/proc/self/task')) {
    for (const pid of readFileSync(`/proc/self/task/${task}/children`, 'utf8').trim().split(' ')) {
      if (pid === '') continue;
      if (readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('picture-process'))
        process.kill(Number(pid), 'SIGKILL');
    }
  }
}

const SHARED = join(process.env['CARTWRIGHT_SHARED'] ?? '../shared', 'data', 'images');
const EXPECTED: Record<string, string> = {
  '16-bit-grey-alpha.png': 'png 109x96',
  '4.webp': 'jpeg 1024x772',
  '65536-uint32-limit.png': 'pixels',
  'Channel_digital_image_CMYK_color.jpg': 'jpeg 500x333',
  'Landscape_1.jpg': 'jpeg 600x450',
  'Landscape_3.jpg': 'jpeg 600x450',
  'Landscape_6.jpg': 'jpeg 600x450',
  'Landscape_8.jpg': 'jpeg 600x450',
  'Portrait_5.jpg': 'jpeg 450x600',
  'Portrait_8.jpg': 'jpeg 450x600',
  'animated-loop-3.gif': 'png 370x285',
  'check.svg': 'type',
  'corrupt-header.jpg': 'corrupt',
  'exif-samples-DSCN0010.jpg': 'jpeg 640x480',
  'giant-image.jpg': 'pixels',
  'not-an-image-dummy.pdf': 'type',
  'pitm.avif': 'jpeg 4096x800',
  'truncated.png': 'corrupt',
  'with-alpha.png': 'png 256x192',
};

describe.skipIf(!existsSync(SHARED))('awkward pictures of others (skipped where there are none)', () => {
  test('each is right or refused, in 3 s and 200 MB', async () => {
    const names = readdirSync(SHARED).filter((name) => !/^(MANIFEST|LICENSE)/.test(name));
    expect(names.sort()).toEqual(Object.keys(EXPECTED).sort());
    const outcomes: Record<string, string> = {};
    let [slowest, highest] = [0, 0];
    for (const name of names) {
      const { outcome, ms, riseBytes, kept } = await measured(join(SHARED, name));
      outcomes[name] = outcome;
      slowest = Math.max(slowest, ms);
      highest = Math.max(highest, riseBytes);
      if (kept === undefined) continue;
      const metadata = await sharp(kept.content).metadata();
      expect([metadata.space, metadata.depth, metadata.exif, metadata.icc]).toEqual([
        'srgb',
        'uchar',
        undefined,
        undefined,
      ]);
    }
    console.log(
      `${names.length} pictures: at most ${Math.round(slowest)} ms and ${Math.round(highest / MIB)} MiB more`,
    );
    expect(outcomes).toEqual(EXPECTED);
  });
});
