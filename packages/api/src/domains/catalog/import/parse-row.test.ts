import { describe, expect, test } from 'vitest';
import { chooseVariants } from './choose-skus.ts';
import { type ImportRow, type ParsedRow, parseRow } from './parse-row.ts';
import type { ImportVariant } from './parse-variants.ts';

const names = {
  currencies: new Set(['EUR', 'USD']),
  taxClasses: new Set(['standard']),
  locales: new Set(['en', 'de']),
};
const parse = (fields: object): ParsedRow => parseRow({ id: 'r1', title: 'Thing', sku: 'S', ...fields }, names);
const rowOf = (fields: object): ImportRow & { variants: ImportVariant[] } => {
  const parsed = parse(fields);
  if (!parsed.ok) throw new Error(parsed.message);
  return { ...parsed.row, variants: parsed.row.variants ?? [] };
};

describe('parseRow', () => {
  test('makes one variant of a row without variants', () => {
    expect(rowOf({ price_minor: 500, currency: 'USD', gtin: ['0401', '0402'], rating: 4, source: 'x' })).toEqual({
      externalId: 'r1',
      knownBySlug: false,
      title: 'Thing',
      moreAttributes: [],
      details: { translations: {}, importedRatingMilli: 4000, importedRatingCount: 1 },
      variants: [
        {
          externalId: undefined,
          sku: 'S',
          skuGiven: true,
          barcode: '0401',
          options: {},
          prices: { USD: 500 },
          free: [],
          details: {},
          stock: null,
        },
      ],
    });
  });

  test('takes options, price, stock and pictures of its variants, and the price of the row where they have none', () => {
    const { variants } = rowOf({
      price_minor: 100,
      currency: 'EUR',
      variants: [
        { id: 'v1', sku: 'A', attributes: { size: 'S', pack: 2 }, price_minor: 200, stock: 3, images: ['/a.jpg', ''] },
        { id: 'v2', attributes: { size: 'M', pack: 2, '': 'x' } },
        {},
      ],
    });
    expect(variants.map(({ sku, prices, stock }) => [sku, prices['EUR'], stock])).toEqual([
      ['A', 200, 3],
      ['v2', 100, null],
      ['S-3', 100, null],
    ]);
    expect(variants[0]).toMatchObject({
      options: { size: 'S', pack: '2' },
      images: [{ url: '/a.jpg', alt: undefined }],
    });
    expect(variants[1]?.options).toEqual({ size: 'M', pack: '2' });
  });

  test('is content with an id and a title, and with a number for the id', () => {
    expect(parseRow({ id: 7, title: ' A \n b\u0000c ' }, names)).toMatchObject({
      ok: true,
      row: { externalId: '7', title: 'A b c', variants: undefined },
    });
  });

  test('takes a price of 0 for no price, with one warning', () => {
    const parsed = parse({ price_minor: 0, currency: 'USD', variants: [{ sku: 'A' }, { sku: 'B' }] });
    expect(parsed).toMatchObject({ ok: true, warnings: ['The price of 0 is taken as no price'] });
    expect(rowOf({ price_minor: 0 }).variants[0]?.prices).toEqual({});
    expect(rowOf({ price_minor: 0, currency: 'USD' }).variants[0]?.prices).toEqual({ USD: null });
  });

  test('keeps attributes of every type, and leaves out others with a warning', () => {
    const parsed = parse({
      attributes: {
        Colour: ' Red ',
        Length: 2.5,
        New: false,
        Tags: ['a', 'a', 2, ''],
        None: null,
        Empty: '',
        Nothing: [],
        Object: { a: 1 },
        Mixed: [{}],
        Endless: 'x'.repeat(10_001),
        ['n'.repeat(201)]: 'x',
        constructor: 'y',
      },
    });
    expect(parsed.ok && parsed.row.attributes).toEqual([
      ['Colour', 'Red'],
      ['Length', 2.5],
      ['New', false],
      ['Tags', ['a', '2']],
      ['constructor', 'y'],
    ]);
    expect(parsed.ok && parsed.warnings).toHaveLength(4);
  });

  test('drops empty names from category paths, and empty paths', () => {
    const row = rowOf({ category_path: ['A', ' ', 'B'], category_paths_extra: [[], ['C']] });
    expect(row).toMatchObject({ mainCategory: ['A', 'B'], moreCategories: [['C']] });
  });

  test.each([
    ['no object', 'x', 'row_invalid'],
    ['null', null, 'row_invalid'],
    ['no id', { title: 'x' }, 'row_invalid'],
    ['a title of nothing but control characters', { id: '1', title: '\u0000 \u0007' }, 'row_invalid'],
    ['a title that is too long', { id: '1', title: 'x'.repeat(501) }, 'row_invalid'],
    ['a negative price', { id: '1', title: 'x', price_minor: -1, currency: 'EUR' }, 'row_invalid'],
    ['a fraction of a cent', { id: '1', title: 'x', price_minor: 1.5, currency: 'EUR' }, 'row_invalid'],
    ['a price beyond counting', { id: '1', title: 'x', price_minor: 2 ** 53, currency: 'EUR' }, 'row_invalid'],
    [
      'a currency the store does not sell in',
      { id: '1', title: 'x', price_minor: 1, currency: 'CHF' },
      'currency_unknown',
    ],
    ['a price without a currency', { id: '1', title: 'x', price_minor: 1 }, 'currency_unknown'],
    ['negative stock', { id: '1', title: 'x', variants: [{ sku: 'a', stock: -1 }] }, 'row_invalid'],
  ])('refuses %s', (_, raw, code) => {
    expect(parseRow(raw, names)).toMatchObject({ ok: false, code });
  });

  test('names the field that is wrong', () => {
    expect(parse({ variants: [{ sku: 5 }] })).toMatchObject({ message: expect.stringContaining('variants.0.sku') });
  });
});

describe('chooseVariants', () => {
  const row = (skus: string[], ids: string[] = []) => ({
    ...rowOf({}),
    variants: skus.map((sku, i) => ({
      externalId: ids[i],
      sku,
      skuGiven: true,
      barcode: undefined,
      options: {},
      prices: { EUR: 1 },
      free: [],
      image: undefined,
      details: {},
      stock: null,
      images: undefined,
      status: undefined,
    })),
  });

  test('marks a SKU that another product holds with the id of the row, and says so', () => {
    const taken = new Map([['A', 'variant of another product']]);
    const { variants, warnings } = chooseVariants(row(['A', 'B']), [], taken);
    expect(variants.map(({ sku }) => sku)).toEqual(['A-r1', 'B']);
    expect(warnings).toEqual(['Another variant holds the SKU "A": stored as "A-r1"']);
    expect([...taken.keys()]).toEqual(['A', 'A-r1', 'B']);
  });

  test('tells apart variants of one product with one SKU', () => {
    const { variants } = chooseVariants(row(['A', 'A', 'A', 'A']), [], new Map());
    expect(variants.map(({ sku }) => sku)).toEqual(['A', 'A-r1', 'A-r1-3', 'A-r1-4']);
  });

  test('keeps what it stored before, although the SKU has become free', () => {
    const known = [{ id: 'k', externalId: null, sku: 'A-r1', options: {} }];
    const { variants } = chooseVariants(row(['A']), known, new Map([['A-r1', 'k']]));
    expect(variants).toEqual([{ known: known[0], sku: 'A-r1' }]);
  });

  test('finds a variant by id, then by SKU, then as the only one', () => {
    const known = [
      { id: 'k1', externalId: 'v1', sku: 'A', options: {} },
      { id: 'k2', externalId: 'v2', sku: 'B', options: {} },
      { id: 'k3', externalId: 'v3', sku: 'C', options: {} },
    ];
    const taken = new Map(known.map(({ sku, id }) => [sku, id]));
    const { variants } = chooseVariants(row(['X', 'B', 'N'], ['v1', 'other', 'v9']), known, taken);
    expect(variants.map((each) => [each.known?.id, each.sku])).toEqual([
      ['k1', 'X'],
      ['k2', 'B'],
      [undefined, 'N'],
    ]);
    const only = chooseVariants(row(['NEW']), known.slice(0, 1), new Map([['A', 'k1']]));
    expect(only.variants.map((each) => [each.known?.id, each.sku])).toEqual([['k1', 'NEW']]);
  });

  test('never runs out of names', () => {
    const taken = new Map(['A', 'A-r1', 'A-r1-1'].map((sku) => [sku, 'x']));
    expect(chooseVariants(row(['A']), [], taken).variants[0]?.sku).toBe('A-r1-3');
  });
});
