import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RouterInputs } from '../../../contract.ts';
import { DomainError } from '../../../kit/domain-error.ts';
import { appRouter } from '../../../root.ts';
import { createTestProduct, seedStore, type TestProductOptions } from '../../../testing/catalog-factories.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { staffCtx } from '../../../testing/shop.ts';
import { doJobs, query } from '../../../testing/tell-outbox.ts';
import { createAttribute, createCategory } from '../index.ts';
import { updateProduct } from '../update-product.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
  const ctx = makeCtx(runtime);
  await createCategory(ctx, { name: 'Kitchen' });
  await createCategory(ctx, { name: 'Pots', parent: 'kitchen' });
  await createCategory(ctx, { name: 'Garden' });
  await createAttribute(ctx, { name: 'Colour', type: 'text', filterable: true, searchable: true });
  await createAttribute(ctx, { name: 'Width', type: 'integer', filterable: true, searchable: true });
});
afterAll(() => runtime.dispose());
beforeEach(async () => {
  await query(runtime, 'truncate listing, collections, products cascade');
});

const staff = () => appRouter.createCaller(staffCtx(runtime)).catalog;
const shopper = () => appRouter.createCaller(makeCtx(runtime)).catalog;
const make = (title: string, options: TestProductOptions = {}) => createTestProduct(runtime, { title, ...options });
const eur = (amount: number) => [{ amount, currency: 'EUR' }];
const list = async (input: RouterInputs['catalog']['products']) =>
  (await shopper().products({ limit: 100, ...input })).items.map(({ title }) => title);

/** Does what the worker would: fills every set that waits. */
async function build(): Promise<void> {
  const sets = await query<{ id: string }>(runtime, `select id from collection_sets where state = 'building'`);
  await doJobs(
    runtime,
    'collection.build',
    sets.map(({ id }) => ({ id, data: { setId: id } })),
  );
}

type Rules = NonNullable<RouterInputs['catalog']['createCollection']['rules']>;
const withRules = async (slug: string, rules: Rules) => {
  const made = await staff().createCollection({ title: slug, slug, status: 'active', rules });
  await build();
  return made;
};

async function refusalOf(call: Promise<unknown>) {
  const error: unknown = await call.then(
    () => undefined,
    (thrown) => thrown,
  );
  const cause = error instanceof Error ? error.cause : undefined;
  if (!(cause instanceof DomainError)) throw error ?? new Error('The call was not refused');
  return { code: cause.code, details: cause.details };
}

const everything = async () =>
  JSON.stringify([
    await query(runtime, 'select * from collections order by id'),
    await query(runtime, 'select * from collection_sets order by id'),
    await query(runtime, 'select * from collection_products order by product_id, set_id'),
    await query(runtime, 'select category_id, currency, product_id from listing order by 1, 2, 3'),
    await query(runtime, 'select id from audit_log order by id'),
  ]);

describe('a collection by hand', () => {
  test('has its products in the order they were given, as far as shoppers see them', async () => {
    for (const title of ['A', 'B', 'C', 'D']) await make(title);
    await make('Hidden', { status: 'draft' });
    const made = await staff().createCollection({ title: 'Summer', status: 'active' });
    expect(made).toMatchObject({ slug: 'summer', kind: 'manual', sort: 'manual', rules: null, version: 1 });
    await staff().addToCollection({ collection: 'summer', products: ['c', 'hidden', 'a'] });
    await staff().addToCollection({ collection: made.id, products: ['b', 'a'], position: 1 });
    expect(await list({ collection: 'summer', sort: 'manual' })).toEqual(['C', 'B', 'A']);
    expect(await list({ collection: 'summer', sort: 'name' })).toEqual(['A', 'B', 'C']);
    const inside = await staff().collectionProducts({ collection: 'summer' });
    expect(inside.items.map(({ slug, position }) => [slug, position])).toEqual([
      ['c', 0],
      ['b', 1],
      ['hidden', 2],
      ['a', 3],
    ]);
    const hidden = inside.items[2]?.id ?? '';
    await updateProduct(makeCtx(runtime), { productId: hidden, status: 'active' });
    expect(await list({ collection: 'summer', sort: 'manual' })).toEqual(['C', 'B', 'Hidden', 'A']);
    await staff().reorderCollection({ collection: 'summer', products: ['a', 'hidden'] });
    expect(await list({ collection: 'summer', sort: 'manual' })).toEqual(['A', 'Hidden', 'C', 'B']);
    const after = await staff().removeFromCollection({ collection: 'summer', products: ['hidden', 'd'] });
    expect(await list({ collection: 'summer', sort: 'manual' })).toEqual(['A', 'C', 'B']);
    expect(after).toMatchObject({ productCount: 3, version: 5 });
    const places = await query(runtime, 'select position from collection_products order by 1');
    expect(places).toEqual([{ position: 0 }, { position: 1 }, { position: 2 }]);
  });

  test('is paged in its order without a gap or a repetition, in one statement a page', async () => {
    const titles = ['G', 'B', 'F', 'A', 'E', 'C', 'D'];
    for (const title of titles) await make(title);
    await staff().createCollection({ title: 'Seven', status: 'active' });
    await staff().addToCollection({ collection: 'seven', products: titles.map((title) => title.toLowerCase()) });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      runtime.takeStatements();
      const page = await shopper().products({
        collection: 'seven',
        sort: 'manual',
        limit: 2,
        ...(cursor && { cursor }),
      });
      expect(runtime.takeStatements()).toHaveLength(1);
      seen.push(...page.items.map(({ title }) => title));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(titles);
  });

  test('is noted in the audit log, change by change', async () => {
    const { id: productId } = await make('A');
    const { id } = await staff().createCollection({ title: 'Noted' });
    await staff().addToCollection({ collection: 'noted', products: ['a'] });
    await staff().updateCollection({ collection: 'noted', title: 'Well noted' });
    await staff().deleteCollection({ collection: 'noted' });
    const target = `collection:${id}`;
    expect(
      await query(runtime, 'select action, detail from audit_log where target = $1 order by id', [target]),
    ).toEqual([
      {
        action: 'collection.created',
        detail: { title: 'Noted', slug: 'noted', kind: 'manual', status: 'draft' },
      },
      { action: 'collection.products_added', detail: { productIds: [productId] } },
      { action: 'collection.updated', detail: { title: 'Well noted' } },
      { action: 'collection.deleted', detail: { slug: 'noted', title: 'Well noted' } },
    ]);
  });

  test('leaves nothing behind when it is deleted, and its products as they were', async () => {
    await make('A');
    const before = await everything();
    await staff().createCollection({ title: 'Gone', status: 'active' });
    await staff().addToCollection({ collection: 'gone', products: ['a'] });
    await staff().deleteCollection({ collection: 'gone' });
    await query(runtime, `delete from audit_log where target like 'collection:%'`).catch(() => undefined);
    const without = (text: string) => JSON.stringify((JSON.parse(text) as unknown[]).slice(0, 4));
    expect(without(await everything())).toBe(without(before));
    expect(await list({})).toEqual(['A']);
  });
});

describe('shoppers', () => {
  test('see active collections in their order and language, page by page', async () => {
    const translations = { de: { title: 'Sommer', seoTitle: 'Alles für den Sommer' } };
    await query(runtime, `insert into store_locales (code, position) values ('de', 1) on conflict (code) do nothing`);
    await staff().createCollection({ title: 'Winter', status: 'active', position: 2 });
    await staff().createCollection({ title: 'Summer', status: 'active', position: 1, translations });
    await staff().createCollection({ title: 'Draft' });
    await staff().createCollection({ title: 'Old', status: 'archived' });
    runtime.takeStatements();
    const first = await shopper().collections({ limit: 1, locale: 'de-AT' });
    expect(runtime.takeStatements()).toHaveLength(1);
    expect(first.items).toEqual([
      {
        id: expect.any(String),
        slug: 'summer',
        title: 'Sommer',
        description: '',
        seoTitle: 'Alles für den Sommer',
        seoDescription: null,
        sort: 'manual',
      },
    ]);
    const second = await shopper().collections({ limit: 1, cursor: first.nextCursor ?? '' });
    expect([second.items.map(({ title }) => title), second.nextCursor]).toEqual([['Winter'], null]);
    runtime.takeStatements();
    expect((await shopper().collection({ slug: 'summer' })).title).toBe('Summer');
    expect(runtime.takeStatements()).toHaveLength(1);
    for (const slug of ['draft', 'old', 'nothing']) {
      expect((await refusalOf(shopper().collection({ slug }))).code).toBe('collection_not_found');
      expect(await refusalOf(shopper().products({ collection: slug }))).toEqual({
        code: 'collection_unknown',
        details: { collection: slug },
      });
    }
  });

  test('are refused an order that a collection does not have, and two places at once', async () => {
    await withRules('ruled', { match: 'all', conditions: [{ field: 'title', contains: 'x' }] });
    const asked = (input: RouterInputs['catalog']['products']) => refusalOf(shopper().products(input));
    expect((await asked({ collection: 'ruled', sort: 'manual' })).code).toBe('collection_unknown');
    expect((await asked({ sort: 'manual' })).details).toEqual({
      issues: [{ pointer: '/sort', message: 'Only a collection has an order of its own' }],
    });
    expect((await asked({ collection: 'ruled', category: 'pots' })).details).toEqual({
      issues: [{ pointer: '/collection', message: 'Either a category or a collection' }],
    });
    const cursor = Buffer.from('["products:manual",9e99,"00000000-0000-7000-8000-000000000001"]').toString('base64url');
    expect((await asked({ collection: 'ruled', sort: 'manual', cursor })).code).toBe('cursor_invalid');
  });
});

describe('rules choose', () => {
  beforeEach(async () => {
    const pot = { categories: ['pots'], brand: 'Feu', attributes: { colour: 'red', width: 20 } };
    await make('Red pot', { ...pot, prices: [...eur(3000), { amount: 9900, currency: 'USD' }] });
    await make('Blue POT', { ...pot, attributes: { colour: 'blue', width: 30 }, prices: eur(4000) });
    await make('Rake', { categories: ['garden'], brand: 'Terre', prices: eur(1000) });
    await make('Apron', { categories: ['kitchen'], prices: eur(1500) });
    await query(runtime, `select ensure_brand('Idle', now())`);
    await query(runtime, `update products set tags = '{new,"x y"}' where slug in ('red-pot', 'rake')`);
    await query(runtime, `update products set kind = 'digital' where slug = 'apron'`);
    await query(runtime, `update products set rating_milli = 4199, rating_count = 9 where slug = 'red-pot'`);
    await query(runtime, `update products set rating_milli = 4200, rating_count = 1 where slug = 'blue-pot'`);
    await make('Draft pot', { ...pot, status: 'draft', prices: eur(3000) });
  });

  test.each<[string, Rules['conditions'], string[]]>([
    ['a category and what is below it', [{ field: 'category', in: ['kitchen'] }], ['Apron', 'Blue POT', 'Red pot']],
    ['one of two categories', [{ field: 'category', in: ['pots', 'garden'] }], ['Blue POT', 'Rake', 'Red pot']],
    ['a brand', [{ field: 'brand', in: ['Terre', 'idle'] }], ['Rake']],
    ['a tag in any case', [{ field: 'tag', in: ['New', 'sale '] }], ['Rake', 'Red pot']],
    ['a kind', [{ field: 'kind', in: ['digital', 'bundle'] }], ['Apron']],
    ['a rating', [{ field: 'rating', atLeast: 4.2 }], ['Blue POT']],
    ['the value of an attribute', [{ field: 'attribute', code: 'colour', in: ['blue', 'green'] }], ['Blue POT']],
    ['a number', [{ field: 'attribute', code: 'width', in: [20] }], ['Red pot']],
    ['a range of numbers', [{ field: 'attribute', code: 'width', min: 21 }], ['Blue POT']],
    ['both ends of a range', [{ field: 'attribute', code: 'width', min: 20, max: 20 }], ['Red pot']],
    ['a price', [{ field: 'price', currency: 'EUR', min: 1500, max: 3000 }], ['Apron', 'Red pot']],
    ['a price in its currency only', [{ field: 'price', currency: 'USD', max: 10_000 }], ['Red pot']],
    ['a word in any case', [{ field: 'title', contains: 'pOt' }], ['Blue POT', 'Red pot']],
    ['no pattern', [{ field: 'title', contains: '%' }], []],
    [
      'all of several',
      [
        { field: 'category', in: ['kitchen'] },
        { field: 'brand', in: ['Feu'] },
        { field: 'price', currency: 'EUR', max: 3500 },
      ],
      ['Red pot'],
    ],
  ])('by %s', async (_, conditions, expected) => {
    const preview = await staff().previewCollection({ rules: { match: 'all', conditions } });
    expect([preview.count, preview.items.map(({ title }) => title).sort()]).toEqual([expected.length, expected]);
    await withRules('chosen', { match: 'all', conditions });
    expect(await list({ collection: 'chosen', sort: 'name' })).toEqual(
      [...expected].sort((a, b) => (a.toLowerCase() < b.toLowerCase() ? -1 : 1)),
    );
  });

  test('by any of several', async () => {
    const conditions: Rules['conditions'] = [
      { field: 'brand', in: ['Terre'] },
      { field: 'price', currency: 'EUR', min: 4000 },
    ];
    await withRules('either', { match: 'any', conditions });
    expect(await list({ collection: 'either', sort: 'price' })).toEqual(['Rake', 'Blue POT']);
  });

  test('in every order of lists, in one statement a page', async () => {
    await withRules('pots', { match: 'all', conditions: [{ field: 'title', contains: 'pot' }] });
    runtime.takeStatements();
    expect(await list({ collection: 'pots', sort: '-price' })).toEqual(['Blue POT', 'Red pot']);
    expect(runtime.takeStatements()).toHaveLength(1);
    expect(await list({ collection: 'pots', sort: 'newest' })).toEqual(['Blue POT', 'Red pot']);
    expect(await list({ collection: 'pots', currency: 'USD' })).toEqual(['Red pot']);
  });

  test('keep categories by id: another slug changes nothing', async () => {
    const made = await withRules('by-id', { match: 'all', conditions: [{ field: 'category', in: ['garden'] }] });
    const [garden] = await query<{ id: string }>(runtime, `select id from categories where slug = 'garden'`);
    expect(made.rules).toEqual({ match: 'all', conditions: [{ field: 'category', in: [garden?.id] }] });
    const again = await staff().updateCollection({ collection: 'by-id', rules: made.rules ?? undefined });
    expect(again.building).toBe(false);
  });
});

describe('a rule that cannot be meant is refused where it is wrong, and nothing is saved', () => {
  const all = (...conditions: object[]) => ({ match: 'all', conditions });
  test.each<[string, object, string]>([
    ['no condition', all(), '/rules/conditions'],
    ['an unknown field', all({ field: 'stock', in: ['x'] }), '/rules/conditions/0/field'],
    ['another match', { match: 'none', conditions: [{ field: 'brand', in: ['x'] }] }, '/rules/match'],
    ['a name that the field does not have', all({ field: 'brand', in: ['x'], not: true }), '/rules/conditions/0/not'],
    ['an unknown category', all({ field: 'category', in: ['pots', 'nope'] }), '/rules/conditions/0/in/1'],
    ['an unknown brand', all({ field: 'brand', in: ['Nope'] }), '/rules/conditions/0/in/0'],
    ['an unknown kind', all({ field: 'kind', in: ['service'] }), '/rules/conditions/0/in/0'],
    ['a rating above five', all({ field: 'rating', atLeast: 5.1 }), '/rules/conditions/0/atLeast'],
    [
      'two kinds at once',
      all({ field: 'kind', in: ['digital'] }, { field: 'kind', in: ['bundle'] }),
      '/rules/conditions/1',
    ],
    ['an unknown attribute', all({ field: 'attribute', code: 'Nope', in: ['x'] }), '/rules/conditions/0/code'],
    ['a range of words', all({ field: 'attribute', code: 'colour', min: 1 }), '/rules/conditions/0/code'],
    ['a word of numbers', all({ field: 'attribute', code: 'width', in: [1, 'x'] }), '/rules/conditions/0/in/1'],
    ['values and a range', all({ field: 'attribute', code: 'width', in: [1], min: 1 }), '/rules/conditions/0'],
    ['neither values nor a range', all({ field: 'attribute', code: 'width' }), '/rules/conditions/0'],
    ['an unknown currency', all({ field: 'price', currency: 'XXX', min: 1 }), '/rules/conditions/0/currency'],
    ['a price without an end', all({ field: 'price', currency: 'EUR' }), '/rules/conditions/0'],
    ['a range upside down', all({ field: 'price', currency: 'EUR', min: 2, max: 1 }), '/rules/conditions/0/max'],
    ['a value twice', all({ field: 'brand', in: ['a', 'b', 'a'] }), '/rules/conditions/0/in/2'],
    ['no days', all({ field: 'created', withinDays: 0 }), '/rules/conditions/0/withinDays'],
    [
      'the same twice',
      all({ field: 'title', contains: 'x' }, { field: 'title', contains: 'x' }),
      '/rules/conditions/1',
    ],
    [
      'two brands at once',
      all({ field: 'brand', in: ['Feu'] }, { field: 'brand', in: ['Terre'] }),
      '/rules/conditions/1',
    ],
    [
      'two prices at once',
      all({ field: 'price', currency: 'EUR', max: 1 }, { field: 'price', currency: 'EUR', min: 2 }),
      '/rules/conditions/1',
    ],
    [
      'two widths at once',
      all({ field: 'attribute', code: 'width', max: 1 }, { field: 'attribute', code: 'width', min: 2 }),
      '/rules/conditions/1',
    ],
  ])('%s', async (_, rules, pointer) => {
    const before = await everything();
    for (const call of [
      () => staff().createCollection({ title: 'x', rules: rules as Rules }),
      () => staff().previewCollection({ rules: rules as Rules }),
    ]) {
      const { code, details } = await refusalOf(call());
      expect(code).toBe('invalid_input');
      expect(details).toMatchObject({ issues: [{ pointer }] });
    }
    expect(await everything()).toBe(before);
  });
});

describe('what staff may not do changes nothing', () => {
  beforeEach(async () => {
    await make('A');
    await staff().createCollection({ title: 'Manual', status: 'active' });
    await withRules('ruled', { match: 'all', conditions: [{ field: 'title', contains: 'a' }] });
  });
  const rules: Rules = { match: 'all', conditions: [{ field: 'title', contains: 'b' }] };
  test.each<[string, () => Promise<unknown>, string]>([
    ['rules for a manual one', () => staff().updateCollection({ collection: 'manual', rules }), 'collection_is_manual'],
    [
      'products for one with rules',
      () => staff().addToCollection({ collection: 'ruled', products: ['a'] }),
      'collection_has_rules',
    ],
    [
      'an order by hand for one with rules',
      () => staff().updateCollection({ collection: 'ruled', sort: 'manual' }),
      'collection_has_rules',
    ],
    ['another’s slug', () => staff().updateCollection({ collection: 'ruled', slug: 'manual' }), 'slug_taken'],
    ['a slug in use', () => staff().createCollection({ title: 'x', slug: 'manual' }), 'slug_taken'],
    ['one that there is not', () => staff().deleteCollection({ collection: 'nope' }), 'collection_not_found'],
    [
      'a product that there is not',
      () => staff().addToCollection({ collection: 'manual', products: ['a', 'nope'] }),
      'invalid_input',
    ],
    [
      'an edit of what was edited since',
      () => staff().updateCollection({ collection: 'manual', version: 7, title: 'x' }),
      'version_conflict',
    ],
  ])('%s', async (_, call, code) => {
    const before = await everything();
    expect((await refusalOf(call())).code).toBe(code);
    expect(await everything()).toBe(before);
  });
});

describe('time', () => {
  test('takes out what has become too old, and looks at nothing else', async () => {
    const fresh: Rules = { match: 'all', conditions: [{ field: 'published', withinDays: 2 }] };
    const either: Rules = {
      match: 'any',
      conditions: [
        { field: 'created', withinDays: 1 },
        { field: 'created', withinDays: 3 },
        { field: 'title', contains: 'keep' },
      ],
    };
    await make('Old');
    await make('Keep');
    runtime.clock.advance(24 * 3600);
    await make('New');
    await withRules('fresh', fresh);
    await withRules('either', either);
    expect(await list({ collection: 'fresh', sort: 'name' })).toEqual(['Keep', 'New', 'Old']);
    const leave = () => doJobs(runtime, 'collections.leave', [{ id: 'x', data: null }]);
    runtime.clock.advance(24 * 3600 - 1);
    await leave();
    expect(await list({ collection: 'fresh', sort: 'name' })).toEqual(['Keep', 'New', 'Old']);
    runtime.clock.advance(1);
    runtime.takeStatements();
    await leave();
    expect(await list({ collection: 'fresh', sort: 'name' })).toEqual(['New']);
    expect(await list({ collection: 'either', sort: 'name' })).toEqual(['Keep', 'New', 'Old']);
    runtime.clock.advance(24 * 3600);
    await leave();
    expect(await list({ collection: 'fresh', sort: 'name' })).toEqual([]);
    expect(await list({ collection: 'either', sort: 'name' })).toEqual(['Keep', 'New']);
    runtime.takeStatements();
    await leave();
    expect(runtime.takeStatements()).toHaveLength(1);
  });
});

describe('another rule', () => {
  const titled = (contains: string): Rules => ({ match: 'all', conditions: [{ field: 'title', contains }] });

  test('is shown when it has gone over the catalog, and not before; the old one is kept up to date until then', async () => {
    await make('Alpha');
    await make('Beta');
    await withRules('changing', titled('alpha'));
    const updated = await staff().updateCollection({ collection: 'changing', rules: titled('beta') });
    expect(updated).toMatchObject({ building: true, rules: titled('beta'), version: 2 });
    await make('Alphabet');
    await make('Betamax');
    expect(await list({ collection: 'changing', sort: 'name' })).toEqual(['Alpha', 'Alphabet']);
    await build();
    expect(await list({ collection: 'changing', sort: 'name' })).toEqual(['Beta', 'Betamax']);
    expect(await staff().adminCollection({ collection: 'changing' })).toMatchObject({
      building: false,
      productCount: 2,
    });
    const sets = await query(runtime, 'select state from collection_sets');
    expect(sets).toEqual([{ state: 'live' }]);
    expect(await query(runtime, 'select product_id from collection_products')).toHaveLength(2);
  });

  test('goes on where it was interrupted', async () => {
    for (let i = 0; i < 5; i += 1) await make(`Part ${i}`);
    await staff().createCollection({ title: 'Parts', status: 'active', rules: titled('part') });
    const [set] = await query<{ id: string }>(runtime, 'select id from collection_sets');
    const ids = await query<{ id: string }>(runtime, 'select id from products order by id');
    await query(runtime, 'update collection_sets set built_to = $1', [ids[2]?.id]);
    expect(await list({ collection: 'parts' })).toEqual([]);
    await doJobs(runtime, 'collection.build', [{ id: 'x', data: { setId: set?.id } }]);
    expect(await list({ collection: 'parts', sort: 'name' })).toEqual(['Part 3', 'Part 4']);
  });

  test('that is changed again while it is at work is given up', async () => {
    await make('Alpha');
    await make('Beta');
    await staff().createCollection({ title: 'Twice', status: 'active', rules: titled('alpha') });
    const [first] = await query<{ id: string }>(runtime, 'select id from collection_sets');
    await staff().updateCollection({ collection: 'twice', rules: titled('beta') });
    await build();
    await doJobs(runtime, 'collection.build', [{ id: 'x', data: { setId: first?.id } }]);
    expect(await list({ collection: 'twice' })).toEqual(['Beta']);
    expect(await query(runtime, 'select state from collection_sets')).toEqual([{ state: 'live' }]);
  });

  test('of a collection that is deleted meanwhile is no error', async () => {
    await staff().createCollection({ title: 'Short', rules: titled('alpha') });
    const [set] = await query<{ id: string }>(runtime, 'select id from collection_sets');
    await staff().deleteCollection({ collection: 'short' });
    await doJobs(runtime, 'collection.build', [{ id: 'x', data: { setId: set?.id } }]);
  });
});
