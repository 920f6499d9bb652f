import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestProduct, seedStore } from '../../../testing/catalog-factories.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { staffCtx } from '../../../testing/shop.ts';
import { doJobs, query } from '../../../testing/tell-outbox.ts';
import { createAttribute, createCategory } from '../index.ts';
import { updateProduct } from '../update-product.ts';
import { createCollection } from './create-collection.ts';
import { leaveCollections } from './leave-collections.ts';
import type { CollectionRules, Condition } from './rules.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
});
afterAll(() => runtime.dispose());

/** Draws of a linear congruential generator: the same seed tells the same story. */
function dice(seed: number) {
  let state = seed;
  const below = (n: number) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return (state >>> 8) % n;
  };
  return { below, oneOf: <T>(values: readonly T[]): T => values[below(values.length)] as T };
}

const BRANDS = ['Acme', 'Bolt', 'Core'];
const COLOURS = ['red', 'green', 'blue'];
const WORDS = ['lamp', 'chair', 'table', 'rug'];
const HOUR = 3600;
const DAY = 24 * HOUR;

interface Model {
  id: string;
  title: string;
  brand: string | null;
  status: 'draft' | 'active' | 'archived';
  categories: string[];
  attributes: Record<string, string | number | string[]>;
  eur: number | null;
  createdAt: number;
  publishedAt: number | null;
}

const PARENTS: Record<string, string | null> = { root: null, left: 'root', right: 'root', leaf: 'left' };
const above = (slug: string | null | undefined): string[] => (slug ? [slug, ...above(PARENTS[slug])] : []);

/** The rule as the guide tells it, for one product: nothing of the database's. */
function holds(condition: Condition, product: Model, now: number): boolean {
  switch (condition.field) {
    case 'category':
      return product.categories.flatMap(above).some((slug) => condition.in.includes(slug));
    case 'brand':
      return product.brand !== null && condition.in.includes(product.brand);
    case 'attribute': {
      const value = product.attributes[condition.code];
      if (value === undefined) return false;
      if (condition.in)
        return [value].flat().some((each) => condition.in?.some((wanted) => String(wanted) === `${each}`));
      return typeof value === 'number' && value >= (condition.min ?? -1e15) && value <= (condition.max ?? 1e15);
    }
    case 'price':
      return product.eur !== null && product.eur >= (condition.min ?? 0) && product.eur <= (condition.max ?? 1e15);
    case 'title':
      return product.title.toLowerCase().includes(condition.contains.toLowerCase());
    case 'created':
      return product.createdAt + condition.withinDays * DAY > now;
    case 'published':
      return product.publishedAt !== null && product.publishedAt + condition.withinDays * DAY > now;
    default:
      throw new Error(`No rule here asks for ${condition.field}`);
  }
}

const RULES: CollectionRules[] = [
  { match: 'all', conditions: [{ field: 'category', in: ['left'] }] },
  {
    match: 'all',
    conditions: [
      { field: 'category', in: ['root'] },
      { field: 'brand', in: ['Acme', 'Bolt'] },
    ],
  },
  {
    match: 'any',
    conditions: [
      { field: 'category', in: ['leaf', 'right'] },
      { field: 'title', contains: 'LAMP' },
    ],
  },
  { match: 'all', conditions: [{ field: 'attribute', code: 'colour', in: ['red', 'blue'] }] },
  { match: 'all', conditions: [{ field: 'attribute', code: 'width', min: 10, max: 30 }] },
  {
    match: 'any',
    conditions: [
      { field: 'attribute', code: 'width', in: [5] },
      { field: 'brand', in: ['Core'] },
    ],
  },
  { match: 'all', conditions: [{ field: 'price', currency: 'EUR', max: 2000 }] },
  {
    match: 'all',
    conditions: [
      { field: 'price', currency: 'EUR', min: 500, max: 4000 },
      { field: 'published', withinDays: 2 },
      { field: 'attribute', code: 'colour', in: ['green'] },
    ],
  },
  {
    match: 'any',
    conditions: [
      { field: 'created', withinDays: 1 },
      { field: 'published', withinDays: 3 },
    ],
  },
  {
    match: 'any',
    conditions: [
      { field: 'created', withinDays: 2 },
      { field: 'title', contains: 'rug' },
    ],
  },
];

test.each([1, 2])('after 300 random changes every collection is what its rule says (seed %i)', async (seed) => {
  const { below, oneOf } = dice(seed);
  const ctx = () => makeCtx(runtime);
  await query(runtime, 'truncate listing, collections, products, categories, attributes cascade');
  for (const [slug, parent] of Object.entries(PARENTS)) await createCategory(ctx(), { name: slug, slug, parent });
  await createAttribute(ctx(), { name: 'Colour', type: 'multi-text', filterable: true, searchable: true });
  await createAttribute(ctx(), { name: 'Width', type: 'integer', filterable: true, searchable: true });
  for (const brand of BRANDS) await query(runtime, 'select ensure_brand($1, now())', [brand]);
  const slugs = await Promise.all(
    RULES.map(async (rules, i) => {
      const made = await createCollection(staffCtx(runtime), { title: `R${i}`, status: 'active', position: i, rules });
      return made.slug;
    }),
  );
  const sets = await query<{ id: string }>(runtime, 'select id from collection_sets');
  for (const { id } of sets) await doJobs(runtime, 'collection.build', [{ id, data: { setId: id } }]);

  const models: Model[] = [];
  const seconds = () => runtime.clock.now().getTime() / 1000;
  const draw = () => ({
    title: `${oneOf(WORDS)} ${below(100)}`,
    brand: below(4) === 0 ? null : oneOf(BRANDS),
    status: oneOf(['active', 'active', 'active', 'draft', 'archived'] as const),
    categories: below(5) === 0 ? [] : [...new Set([oneOf(Object.keys(PARENTS)), oneOf(Object.keys(PARENTS))])],
    attributes: {
      ...(below(4) > 0 && { colour: [...new Set([oneOf(COLOURS), oneOf(COLOURS)])] }),
      ...(below(4) > 0 && { width: below(40) }),
    },
    eur: below(6) === 0 ? null : below(5000),
  });
  const pricesOf = (eur: number | null) => (eur === null ? [] : [{ amount: eur, currency: 'EUR' }]);
  for (let step = 0; step < 300; step += 1) {
    const { eur, ...fields } = draw();
    const model = models.length > 12 && below(4) > 0 ? oneOf(models) : undefined;
    if (below(5) === 0) {
      runtime.clock.advance(below(12) * HOUR);
      await leaveCollections(ctx());
    } else if (!model) {
      const made = await createTestProduct(runtime, { ...fields, prices: pricesOf(eur) });
      const publishedAt = fields.status === 'active' ? seconds() : null;
      models.push({ ...fields, id: made.id, eur, createdAt: seconds(), publishedAt });
    } else {
      const [variant] = await query<{ id: string }>(runtime, 'select id from variants where product_id = $1', [
        model.id,
      ]);
      const change = oneOf([
        { title: fields.title },
        { brand: fields.brand },
        { status: fields.status },
        { categories: fields.categories },
        { attributes: { colour: fields.attributes.colour ?? null, width: fields.attributes.width ?? null } },
        { variants: [{ id: variant?.id ?? '', prices: pricesOf(eur) }] },
      ]);
      await updateProduct(ctx(), { productId: model.id, ...change });
      const { variants, attributes, ...rest } = change as Partial<typeof fields> & { variants?: unknown };
      Object.assign(model, rest);
      if (variants) model.eur = eur;
      if (attributes) model.attributes = fields.attributes;
      if (model.status === 'active') model.publishedAt ??= seconds();
    }
    if (step % 20 === 19 || step > 290) await compare();
  }

  async function compare() {
    const rows = await query<{ slug: string; product_id: string }>(
      runtime,
      `select c.slug, m.product_id from collections c join collection_sets s on s.collection_id = c.id
       join collection_products m on m.set_id = s.id order by 1, 2`,
    );
    const now = seconds();
    const expected = slugs.flatMap((slug, i) => {
      const { match, conditions } = RULES[i] as CollectionRules;
      const holding = (each: Condition[], product: Model) =>
        match === 'all' ? each.every((one) => holds(one, product, now)) : each.some((one) => holds(one, product, now));
      return models
        .filter((product) => product.status === 'active' && holding(conditions, product))
        .map(({ id }) => ({ slug, product_id: id }));
    });
    const sorted = (pairs: { slug: string; product_id: string }[]) =>
      pairs.map(({ slug, product_id }) => `${slug} ${product_id}`).sort();
    expect(sorted(rows)).toEqual(sorted(expected));
  }
});
