import { describe, expect, test } from 'vitest';
import { attributeCode, fits, typeOfValue, widen } from './attributes/attribute-type.ts';
import { categoryTree } from './categories/category-tree.ts';
import { slugCandidates, slugify, takeSlug } from './slug.ts';
import { optionsOf, optionsProblem } from './variant-options.ts';

describe('slugs', () => {
  test.each([
    ['Crème Brûlée & Co.', 'creme-brulee-co'],
    ['Straße 5', 'strasse-5'],
    ['  --A__b--  ', 'a-b'],
    ['咖啡', ''],
    ["Robert'); DROP TABLE products;--", 'robert-drop-table-products'],
  ])('%s becomes %s', (text, slug) => {
    expect(slugify(text)).toBe(slug);
  });

  test('a slug never ends in a hyphen where it is cut', () => {
    expect(slugify(`${'a'.repeat(149)} b`)).toBe('a'.repeat(149));
  });

  test('the second thing of a name gets a slug of its own, the same in every import', () => {
    const taken = new Set<string>();
    const first = takeSlug(slugCandidates('Lamp', 'row-1'), taken);
    const second = takeSlug(slugCandidates('Lamp', 'row-2'), taken);
    expect(first).toBe('lamp');
    expect(second).toMatch(/^lamp-[0-9a-f]{12}$/);
    expect(takeSlug(slugCandidates('Lamp', 'row-2'), new Set(['lamp']))).toBe(second);
  });

  test('a name without any letter we can write is known by its identity', () => {
    expect(takeSlug(slugCandidates('咖啡', 'row-1'), new Set())).toMatch(/^[0-9a-f]{12}$/);
  });
});

describe('attribute types', () => {
  test.each([
    ['x', 'text'],
    [3, 'integer'],
    [2.5, 'decimal'],
    [1e300, 'decimal'],
    [false, 'boolean'],
    [['a'], 'multi-text'],
  ] as const)('%j is %s', (value, type) => {
    expect(typeOfValue(value as never)).toBe(type);
  });

  test.each([
    ['integer', 'integer', 'integer'],
    ['integer', 'decimal', 'decimal'],
    ['decimal', 'text', 'text'],
    ['boolean', 'integer', 'text'],
    ['text', 'multi-text', 'multi-text'],
    ['multi-text', 'boolean', 'multi-text'],
  ] as const)('%s and %s make %s, in either order', (a, b, type) => {
    expect(widen(a, b)).toBe(type);
    expect(widen(b, a)).toBe(type);
  });

  test('a decimal takes whole numbers, an integer no fractions', () => {
    expect(fits('decimal', 3)).toBe(true);
    expect(fits('integer', 3.5)).toBe(false);
    expect(fits('text', true)).toBe(false);
  });

  test('names that differ in case and punctuation share a code; what a search calls its own is kept free', () => {
    expect(attributeCode('Cable  Length')).toBe('cable-length');
    expect(attributeCode('cable-length')).toBe('cable-length');
    expect(attributeCode('Price')).toBe('price-attribute');
    expect(attributeCode('色')).toMatch(/^attribute-[0-9a-f]{12}$/);
  });
});

describe('variant options', () => {
  const variants = [
    { sku: 'A', options: { Size: 'S', Colour: 'Red' } },
    { sku: 'B', options: { Size: 'M', Colour: 'Red' } },
  ];

  test('are named in the order in which they appear', () => {
    expect(optionsOf(variants)).toEqual([
      { name: 'Size', values: ['S', 'M'] },
      { name: 'Colour', values: ['Red'] },
    ]);
    expect(optionsProblem(optionsOf(variants), variants)).toBeUndefined();
  });

  test.each([
    ['a variant without one', [{ sku: 'C', options: { Size: 'S' } }]],
    ['a value the product does not have', [{ sku: 'C', options: { Size: 'XL', Colour: 'Red' } }]],
    ['an option of another name', [{ sku: 'C', options: { Size: 'S', toString: 'Red' } }]],
    ['the options of another variant', [{ sku: 'C', options: { Size: 'S', Colour: 'Red' } }]],
  ])('refuses %s', (_, added) => {
    expect(optionsProblem(optionsOf(variants), [...variants, ...added])).toContain('C');
  });

  test('refuses two options of one name', () => {
    const twice = [
      { name: 'Size', values: ['S'] },
      { name: 'Size', values: ['S'] },
    ];
    expect(optionsProblem(twice, [])).toBe('Two options have the same name.');
  });
});

test('a category tree keeps the order of siblings and knows depths', () => {
  const row = (id: string, parentId: string | null) => ({ id, parentId, slug: id, name: id.toUpperCase() });
  const tree = categoryTree([row('b', null), row('a', null), row('b1', 'b'), row('b2', 'b'), row('b1x', 'b1')]);
  expect(tree.map(({ slug }) => slug)).toEqual(['b', 'a']);
  expect(tree[0]?.children.map(({ slug, depth }) => [slug, depth])).toEqual([
    ['b1', 1],
    ['b2', 1],
  ]);
  expect(tree[0]?.children[0]?.children[0]).toEqual({
    id: 'b1x',
    slug: 'b1x',
    name: 'B1X',
    parentId: 'b1',
    depth: 2,
    children: [],
  });
});
