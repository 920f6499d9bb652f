import { createWriteStream } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';

export const SYNTHETIC_ROWS = 29_652;

/** What the synthetic catalog sells; the first ten are what the benchmark searches for. */
export const KINDS = [
  'wireless headphones',
  'coffee maker',
  'office chair',
  'hdmi cable',
  'laptop',
  'running shoes',
  'phone case',
  'led tv',
  'kitchen knife',
  'desk lamp',
  'backpack',
  'water bottle',
  'keyboard',
  'monitor',
  'usb c cable',
  'blender',
];
const BRANDS = [
  'Alder',
  'Birke',
  'Cedarline',
  'Dornfeld',
  'Eichwerk',
  'Fjordan',
  'Ginkora',
  'Haselmann',
  'Ilexia',
  'Jasmund',
];
const COLORS = ['Black', 'White', 'Silver', 'Blue', 'Red', 'Green'];
const WORDS =
  'durable light compact everyday premium quiet fast smart portable soft washable modern classic bright'.split(' ');
const AISLES = ['Electronics', 'Home', 'Sports', 'Office', 'Kitchen'];

/** The same rows on every machine. */
function* rows(count: number): Generator<string> {
  let state = 42;
  const next = (below: number): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const pick = (list: readonly string[]): string => list[next(list.length)] ?? '';
  for (let n = 1; n <= count; n += 1) {
    const kind = pick(KINDS);
    const aisle = pick(AISLES);
    const attributes: Record<string, string> = { Color: pick(COLORS), Weight: `${next(5000)} g` };
    for (let i = 0; i < 14; i += 1) attributes[`Feature ${next(400)}`] = pick(WORDS);
    const sentence = (): string =>
      `A ${pick(WORDS)}, ${pick(WORDS)} ${kind} that is ${pick(WORDS)} and ${pick(WORDS)}.`;
    yield `${JSON.stringify({
      id: `synthetic-${n}`,
      source: 'synthetic',
      title: `${pick(BRANDS)} ${pick(WORDS)} ${kind} ${1000 + next(9000)}`,
      description: `<p>${Array.from({ length: 3 + next(12) }, sentence).join(' ')}</p>`,
      brand: pick(BRANDS),
      category_path: [aisle, `${aisle} ${pick(WORDS)}`, kind],
      attributes,
      price_minor: n % 3 === 0 ? null : 500 + next(100_000),
      currency: n % 3 === 0 ? null : 'USD',
      images: [`https://example.com/${n}.jpg`],
      sku: `SYN-${n}`,
    })}\n`;
  }
}

/** Writes a catalog of the real one's shape, for machines that do not have that, or of another size. */
export async function writeSyntheticCatalog(file: string, count = SYNTHETIC_ROWS): Promise<void> {
  await pipeline(Readable.from(rows(count)), createGzip({ level: 1 }), createWriteStream(file));
}
