import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestProduct, seedStore } from '../../../testing/catalog-factories.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { findAdminProduct } from '../find-admin-product.ts';
import { findProduct } from '../find-product.ts';
import { catalogRouter } from '../router.ts';
import { updateProduct } from '../update-product.ts';
import { combinationKey, combinationsOf, countCombinations, skuOf } from './combinations.ts';
import { generateVariants } from './generate-variants.ts';

let runtime: TestRuntime;
const ctx = () => makeCtx(runtime);
const read = (productId: string) => findAdminProduct(runtime.db, { productId });
const prices = [{ amount: 1500, currency: 'EUR' }];
const SIZES = { name: 'Size', values: ['S', 'M'] };
const COLOURS = { name: 'Colour', values: ['Sky blue', '红'] };
const shirt = (title: string) =>
  createTestProduct(runtime, {
    title,
    variants: [{ sku: `${title}-S-SKY`, options: { Size: 'S', Colour: 'Sky blue' }, prices, stock: 3 }],
  });
const numbered = (count: number) => Array.from({ length: count }, (_, n) => String(n));

beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
});
afterAll(() => runtime.dispose());

describe('generating variants', () => {
  test('adds the combinations that are missing, keeps those there are, and says so', async () => {
    const product = await shirt('Tee');
    const options = [SIZES, COLOURS];
    const result = await generateVariants(ctx(), { productId: product.id, version: 1, options, prices });
    expect(result).toEqual({ added: 3, kept: 1, skus: ['TEE-S-红', 'TEE-M-SKY-BLUE', 'TEE-M-红'], version: 2 });
    const after = await read(product.id);
    expect(after).toMatchObject({ version: 2, options });
    expect(after.variants[0]).toEqual(product.variants[0]);
    expect(after.variants.slice(1).map(({ sku, options: chosen, prices: priced }) => [sku, chosen, priced])).toEqual([
      ['TEE-S-红', { Size: 'S', Colour: '红' }, prices],
      ['TEE-M-SKY-BLUE', { Size: 'M', Colour: 'Sky blue' }, prices],
      ['TEE-M-红', { Size: 'M', Colour: '红' }, prices],
    ]);
    expect((await findProduct(ctx(), { slug: 'tee', currency: 'EUR' })).variants).toHaveLength(4);
    const again = await generateVariants(ctx(), { productId: product.id });
    expect(again).toEqual({ added: 0, kept: 4, skus: [], version: 2 });
    expect(await read(product.id)).toEqual(after);
  });

  test('does not make again what was archived', async () => {
    const product = await shirt('Vest');
    await generateVariants(ctx(), { productId: product.id, options: [SIZES, COLOURS] });
    const gone = (await read(product.id)).variants.find(({ sku }) => sku === 'VEST-M-红');
    await updateProduct(ctx(), { productId: product.id, variants: [{ id: gone?.id ?? '', status: 'archived' }] });
    const again = await generateVariants(ctx(), { productId: product.id, options: [SIZES, COLOURS] });
    expect(again).toMatchObject({ added: 0, kept: 4 });
  });

  test('stops at 2000 combinations and makes none of more', async () => {
    const one = { name: 'Size', values: ['S'] };
    const { id } = await createTestProduct(runtime, {
      title: 'Many',
      variants: [{ sku: 'MANY', options: { Size: 'S', A: '0', B: '0' } }],
    });
    const wide = [one, { name: 'A', values: numbered(41) }, { name: 'B', values: numbered(49) }];
    const before = await read(id);
    await expect(generateVariants(ctx(), { productId: id, options: wide })).rejects.toMatchObject({
      code: 'combinations_exceeded',
      details: { combinations: 2009, max: 2000 },
    });
    expect(await read(id)).toEqual(before);
    const most = [one, { name: 'A', values: numbered(40) }, { name: 'B', values: numbered(50) }];
    expect(await generateVariants(ctx(), { productId: id, options: most })).toMatchObject({ added: 1999, kept: 1 });
  });

  test('refuses what does not fit, and changes nothing', async () => {
    const product = await shirt('Cap');
    const attempt = (input: object) => generateVariants(ctx(), { productId: product.id, ...input });
    const cases: [object, string][] = [
      [{ version: 9 }, 'version_conflict'],
      [{ options: [SIZES] }, 'options_mismatch'],
      [{ options: [SIZES, { name: 'Colour', values: ['red'] }] }, 'options_mismatch'],
      [{ options: [SIZES, { name: 'Colour', values: ['Sky blue', 'x', 'x'] }] }, 'options_mismatch'],
      [{ options: [SIZES, COLOURS], skuPattern: 'CAP-{Color}' }, 'sku_pattern_invalid'],
      [{ options: [SIZES, COLOURS], skuPattern: 'CAP-{Size}' }, 'sku_taken'],
      [{ options: [SIZES, COLOURS], prices: [{ amount: 1, currency: 'XXX' }] }, 'currency_unknown'],
      [{ productId: '00000000-0000-7000-8000-000000000001' }, 'product_not_found'],
    ];
    for (const [input, code] of cases) await expect(attempt(input), code).rejects.toMatchObject({ code });
    expect(await read(product.id)).toEqual(product);
    const staff = catalogRouter.createCaller(makeCtx(runtime, { actor: administrator(crypto.randomUUID()) }));
    await expect(staff.generateVariants({ productId: product.id, skuPattern: 'a\u0000' })).rejects.toMatchObject({
      code: 'BAD_REQUEST',
    });
  });

  test('at once and twice makes each combination once', async () => {
    const product = await shirt('Race');
    const results = await Promise.all(
      [1, 2, 3].map(() => generateVariants(ctx(), { productId: product.id, options: [SIZES, COLOURS] })),
    );
    expect(results.map(({ added }) => added).sort()).toEqual([0, 0, 3]);
    expect((await read(product.id)).variants).toHaveLength(4);
  });
});

describe('combinations', () => {
  test('are as many as counted, each another one', () => {
    const option = fc.record({
      name: fc.string({ minLength: 1 }),
      values: fc.uniqueArray(fc.string(), { minLength: 1, maxLength: 4 }),
    });
    fc.assert(
      fc.property(fc.uniqueArray(option, { maxLength: 4, selector: ({ name }) => name }), (options) => {
        const names = options.map(({ name }) => name);
        const all = combinationsOf(options);
        expect(all).toHaveLength(countCombinations(options));
        expect(new Set(all.map((one) => combinationKey(names, one))).size).toBe(all.length);
      }),
    );
  });

  test('have SKUs of the pattern', () => {
    const variant = { slug: 'tee', names: ['Size', 'Colour'], options: { Size: 'XL', Colour: 'Grün' } };
    expect(skuOf(undefined, variant)).toBe('TEE-XL-GRUN');
    expect(skuOf('A.{Colour}/{Size}', variant)).toBe('A.GRUN/XL');
    expect(skuOf('{slug}{slug}', variant)).toBe('TEETEE');
    expect(skuOf('x'.repeat(300), variant)).toHaveLength(200);
  });
});
