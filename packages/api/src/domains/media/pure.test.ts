import { expect, test } from 'vitest';
import { readShape } from './blob-keys.ts';
import { cropOf, widthsOf } from './shapes.ts';
import { acceptedFormats } from './show/accepted-format.ts';
import { cleanFileName } from './uploads/file-name.ts';

test.each([
  [undefined, ['jpeg']],
  ['*/*', ['jpeg']],
  ['image/*', ['jpeg']],
  ['image/avif,image/webp,*/*;q=0.8', ['avif', 'webp', 'jpeg']],
  ['image/webp', ['webp', 'jpeg']],
  ['IMAGE/AVIF ; q=1', ['avif', 'jpeg']],
  ['image/avif;q=0, image/webp;q=0.0', ['jpeg']],
  ['image/avif;q=0.1', ['avif', 'jpeg']],
  ['image/png', ['jpeg']],
])('who accepts %j is shown the first of %j', (accept, formats) => {
  expect(acceptedFormats(accept)).toEqual(formats);
});

test.each([
  // Wide picture, square: the focal point is the middle, unless an edge is nearer.
  ['square', { x: 50, y: 50 }, { left: 50, top: 0, width: 100, height: 100 }],
  ['square', { x: 0, y: 0 }, { left: 0, top: 0, width: 100, height: 100 }],
  ['square', { x: 100, y: 100 }, { left: 100, top: 0, width: 100, height: 100 }],
  ['square', { x: 40, y: 50 }, { left: 30, top: 0, width: 100, height: 100 }],
  ['4x5', { x: 50, y: 50 }, { left: 60, top: 0, width: 80, height: 100 }],
  ['16x9', { x: 50, y: 50 }, { left: 11, top: 0, width: 178, height: 100 }],
] as const)('%s around %o', (crop, focal, part) => {
  expect(cropOf({ width: 200, height: 100 }, crop, focal)).toEqual(part);
});

test('a crop of a sliver is still a picture', () => {
  expect(cropOf({ width: 1, height: 4096 }, '16x9', { x: 50, y: 100 })).toEqual({
    left: 0,
    top: 4095,
    width: 1,
    height: 1,
  });
});

test.each([
  [100, [[160, 100]]],
  [160, [[160, 160]]],
  [
    161,
    [
      [160, 160],
      [320, 161],
    ],
  ],
  [4096, [160, 320, 480, 640, 960, 1280, 1920].map((width) => [width, width])],
])('a picture %i wide has the widths %j', (available, widths) => {
  expect(widthsOf(available).map(({ asked, shown }) => [asked, shown])).toEqual(widths);
});

test.each([
  ['fit', { crop: undefined, focal: undefined }],
  ['square', { crop: 'square', focal: undefined }],
  ['16x9-0x100', { crop: '16x9', focal: { x: 0, y: 100 } }],
])('%s is a shape', (part, shape) => expect(readShape(part)).toEqual(shape));

test.each([
  '',
  'Fit',
  'fit-50x50',
  'square-',
  'square-50',
  'square-050x50',
  'square-101x0',
  'square-1x1000',
  '3x2',
  'constructor',
  '__proto__',
  'square-50x50-50x50',
])('%j is none', (part) => expect(readShape(part)).toBeUndefined());

test.each([
  ['kettle.jpg', 'kettle.jpg'],
  ['../../etc/passwd', 'passwd'],
  ['C:\\temp\\kettle.php.jpg', 'kettle.php.jpg'],
  ['a\u0000b\r\nc.png', 'abc.png'],
  ['..', undefined],
  ['/', undefined],
  ['', undefined],
  [undefined, undefined],
  [`${'é'.repeat(300)}`, 'é'.repeat(200)],
  ['\ud800.png', '\ufffd.png'],
])('the file name %j is called %j', (sent, name) => expect(cleanFileName(sent)).toBe(name));

test('a file name of characters beyond the first plane is cut between them', () => {
  const name = cleanFileName('😀'.repeat(300)) ?? '';
  expect([name.length <= 200, name.isWellFormed()]).toEqual([true, true]);
});
