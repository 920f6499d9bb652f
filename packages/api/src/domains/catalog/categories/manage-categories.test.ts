import { catalogAudit } from '@cartwright/db';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appRouter } from '../../../root.ts';
import { createTestProduct, seedStore } from '../../../testing/catalog-factories.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { doJobs, query } from '../../../testing/tell-outbox.ts';
import { listProducts } from '../list-products.ts';
import { catalogRouter } from '../router.ts';
import { findCategory } from './find-category.ts';
import { listCategories } from './list-categories.ts';

let runtime: TestRuntime;
const STAFF = '01900000-0000-7000-8000-000000000001';
const ctx = () => makeCtx(runtime, { actor: administrator(STAFF) });
const staff = () => catalogRouter.createCaller(ctx());
const guest = () => makeCtx(runtime);
const search = (input: { q?: string; category?: string }) => appRouter.createCaller(guest()).search.products(input);

beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
});
afterAll(() => runtime.dispose());

let made = 0;
/** A tree of its own for a test: `a` with `b` and `c`, `b` with `d`. Slugs carry the number. */
async function makeTree() {
  made += 1;
  const name = (letter: string) => `${letter}${made}`;
  const create = (letter: string, parent?: string) =>
    staff().createCategory({ name: name(letter), ...(parent && { parent }) });
  const a = await create('a');
  const b = await create('b', a.id);
  const c = await create('c', a.id);
  const d = await create('d', b.id);
  return { a, b, c, d };
}

const listed = async (category: string) =>
  (await listProducts(guest(), { currency: 'EUR', sort: 'name', limit: 100, category })).items.map(({ slug }) => slug);
const children = async (id: string) => (await staff().adminCategory({ category: id })).childCount;
async function everything() {
  return query(
    runtime,
    `select (select jsonb_agg(c order by id) from categories c) as categories,
      (select jsonb_agg(s order by slug) from category_slugs s) as slugs,
      (select count(*) from audit_log) as audit, (select count(*) from pgboss.job) as jobs`,
  );
}
/** The refusal's code; nothing may have changed. */
async function refusal(call: () => Promise<unknown>) {
  const before = await everything();
  const error = await call().then(
    () => undefined,
    (reason: { cause?: { code: string } }) => reason.cause?.code,
  );
  expect(await everything()).toEqual(before);
  return error;
}
const noFaults = async () => {
  expect(await catalogAudit.listCategoryFaults(runtime.db)).toEqual([]);
  expect(await catalogAudit.listListingFaults(runtime.db)).toEqual([]);
};

describe('moving', () => {
  test('takes what is below along, and its products are listed and found in the new place', async () => {
    const { a, b, c, d } = await makeTree();
    const { slug } = await createTestProduct(runtime, { categories: [d.id], prices: [{ amount: 1, currency: 'EUR' }] });
    const moved = await staff().moveCategory({ category: b.slug, parent: c.id, version: 1 });
    expect(moved).toMatchObject({ parentId: c.id, version: 2, path: [{ id: a.id }, { id: c.id }, { id: b.id }] });
    expect(await listed(c.slug)).toEqual([slug]);
    expect(await listed(a.slug)).toEqual([slug]);
    const root = await staff().moveCategory({ category: d.id, parent: null });
    expect(root.path.map(({ id }) => id)).toEqual([d.id]);
    expect([await listed(a.slug), await listed(c.slug), await listed(d.slug)]).toEqual([[], [], [slug]]);
    const found = await search({ q: d.name });
    expect(found.items.map((item) => item.slug)).toEqual([slug]);
    const lost = await search({ q: a.name });
    expect(lost.items).toEqual([]);
    await noFaults();
  });

  test('puts it at a place among its siblings, or last', async () => {
    const { a, b, c, d } = await makeTree();
    const order = async () =>
      (
        await query<{ id: string }>(runtime, 'select id from categories where parent_id = $1 order by position', [a.id])
      ).map(({ id }) => id);
    await staff().moveCategory({ category: d.id, parent: a.id, position: 1 });
    expect(await order()).toEqual([b.id, d.id, c.id]);
    await staff().moveCategory({ category: b.id, parent: a.id });
    expect(await order()).toEqual([d.id, c.id, b.id]);
    await staff().moveCategory({ category: b.id, parent: a.id, position: 0 });
    expect(await order()).toEqual([b.id, d.id, c.id]);
    await staff().reorderCategories({ parent: a.id, categories: [c.slug, b.id, d.id] });
    expect(await order()).toEqual([c.id, b.id, d.id]);
  });

  test('refuses a circle, an unknown place, a name that is taken and a version that is old', async () => {
    const { a, b, c, d } = await makeTree();
    await staff().createCategory({ name: d.name, parent: c.id });
    expect(await refusal(() => staff().moveCategory({ category: a.id, parent: d.id }))).toBe('category_cycle');
    expect(await refusal(() => staff().moveCategory({ category: a.id, parent: a.id }))).toBe('category_cycle');
    expect(await refusal(() => staff().moveCategory({ category: a.id, parent: 'nope' }))).toBe('category_unknown');
    expect(await refusal(() => staff().moveCategory({ category: 'nope', parent: null }))).toBe('category_not_found');
    expect(await refusal(() => staff().moveCategory({ category: d.id, parent: c.id }))).toBe('category_name_taken');
    expect(await refusal(() => staff().moveCategory({ category: b.id, parent: null, version: 9 }))).toBe(
      'version_conflict',
    );
  });

  test('refuses what would reach beyond the twentieth level', async () => {
    const { a } = await makeTree();
    let deep = (await staff().createCategory({ name: `deep${made}` })).id;
    for (let level = 2; level <= 17; level += 1) {
      deep = (await staff().createCategory({ name: `level ${level}`, parent: deep })).id;
    }
    await staff().moveCategory({ category: a.id, parent: deep });
    await staff().moveCategory({ category: a.id, parent: null });
    deep = (await staff().createCategory({ name: 'level 18', parent: deep })).id;
    expect(await refusal(() => staff().moveCategory({ category: a.id, parent: deep }))).toBe('category_too_deep');
    await noFaults();
  });

  test('of a category with 1,200 products the first are listed anew at once, and a job lists the others', async () => {
    const { a, b, c, d } = await makeTree();
    for (const batch of [0, 1, 2]) {
      const { jobId } = await staff().startImport({ kind: 'products', sourceHash: `large ${made} ${batch}` });
      const rows = Array.from({ length: 400 }, (_, n) => {
        const id = `large-${made}-${batch}-${n}`;
        return { id, title: id, sku: id, price_minor: 100, currency: 'EUR', category_path: [a.name, b.name, d.name] };
      });
      expect(await staff().importBatch({ jobId, batch: 0, firstRow: 1, rows })).toMatchObject({ created: 400 });
    }
    const listedBelow = async (id: string) => {
      const text = 'select count(*)::int as count from listing where category_id = $1';
      return (await query<{ count: number }>(runtime, text, [id]))[0]?.count;
    };
    expect([await listedBelow(b.id), await listedBelow(c.id)]).toEqual([1200, 0]);
    await staff().moveCategory({ category: d.id, parent: c.id });
    expect([await listedBelow(b.id), await listedBelow(c.id)]).toEqual([700, 500]);
    expect((await findCategory(guest(), { slug: d.slug })).path.map(({ id }) => id)).toEqual([a.id, c.id, d.id]);
    const jobs = await query<{ id: string; data: object }>(
      runtime,
      `select id::text, data from pgboss.job where name = 'catalog.refresh' order by created_on desc limit 1`,
    );
    expect(jobs[0]?.data).toEqual({ scope: { categoryId: d.id }, after: null });
    await doJobs(runtime, 'catalog.refresh', jobs);
    expect([await listedBelow(b.id), await listedBelow(c.id)]).toEqual([0, 1200]);
    await noFaults();
  });
});

describe('ordering', () => {
  test('refuses an order that leaves one out, names one twice, or names another', async () => {
    const { a, b, c, d } = await makeTree();
    for (const categories of [[b.id], [b.id, b.id], [b.id, d.id], [b.id, c.id, d.id]]) {
      expect(await refusal(() => staff().reorderCategories({ parent: a.id, categories }))).toBe(
        'category_order_invalid',
      );
    }
  });
});

describe('changing', () => {
  test('a slug leaves the old one leading to the category, until another one takes it', async () => {
    const { a, c } = await makeTree();
    const old = a.slug;
    await staff().updateCategory({ category: a.id, slug: `${old}-new` });
    await staff().updateCategory({ category: a.id, slug: `${old}-newer` });
    const read = (slug: string) => findCategory(guest(), { slug });
    expect(await read(old)).toMatchObject({ id: a.id, slug: `${old}-newer`, redirectFrom: old });
    expect(await read(`${old}-newer`)).toMatchObject({ id: a.id, redirectFrom: null });
    const page = await listProducts(guest(), { currency: 'EUR', sort: 'name', limit: 1, category: old });
    expect(page.canonicalCategory).toBe(`${old}-newer`);
    expect((await search({ category: old })).categoryPath).toEqual([{ slug: `${old}-newer`, name: a.name }]);
    expect((await staff().adminCategory({ category: a.id })).formerSlugs).toEqual([`${old}-new`, old].sort());
    // A made slug goes around it; one that is wanted takes it.
    expect((await staff().createCategory({ name: old, parent: c.id })).slug).not.toBe(old);
    await staff().updateCategory({ category: c.id, slug: old });
    expect(await read(old)).toMatchObject({ id: c.id, redirectFrom: null });
    // And back to one that it had itself.
    await staff().updateCategory({ category: a.id, slug: `${old}-new` });
    expect((await staff().adminCategory({ category: a.id })).formerSlugs).toEqual([`${old}-newer`]);
    await noFaults();
  });

  test('a name is found by the search, and shown in the tree, at once', async () => {
    const { a, d } = await makeTree();
    const { slug } = await createTestProduct(runtime, { categories: [d.id] });
    await listCategories(guest());
    await staff().updateCategory({ category: a.id, name: `Zeppelins ${made}` });
    const { items } = await search({ q: 'zeppelins' });
    expect(items.map((item) => item.slug)).toEqual([slug]);
    expect((await listCategories(guest())).items.map(({ name }) => name)).toContain(`Zeppelins ${made}`);
  });

  test('refuses what is taken or unknown, and an old version with what is there now', async () => {
    const { a, b, c } = await makeTree();
    const update = (input: object) => refusal(() => staff().updateCategory({ category: b.id, ...input }));
    expect(await update({ name: c.name })).toBe('category_name_taken');
    expect(await update({ slug: a.slug })).toBe('slug_taken');
    expect(await update({ taxClass: 'nope' })).toBe('tax_class_unknown');
    expect(await update({ shippingProfile: 'nope' })).toBe('shipping_profile_unknown');
    expect(await update({ translations: { fr: { name: 'x' } } })).toBe('locale_unknown');
    expect(await update({ version: 7 })).toBe('version_conflict');
    expect(await update({ seoTitleTemplate: 'Buy {nme}' })).toBe('invalid_input');
    expect(await refusal(() => staff().updateCategory({ category: 'nope' }))).toBe('category_not_found');
    const conflict = staff().updateCategory({ category: b.id, version: 7 });
    await expect(conflict).rejects.toMatchObject({ cause: { details: { current: { id: b.id, version: 1 } } } });
  });

  test('is in the audit log with before and after', async () => {
    const { a } = await makeTree();
    await staff().updateCategory({ category: a.id, description: 'All of them', taxClass: 'reduced' });
    const [entry] = await query(
      runtime,
      'select actor, action, detail from audit_log where target = $1 order by id desc',
      [`category:${a.id}`],
    );
    expect(entry).toEqual({
      actor: expect.objectContaining({ userId: STAFF }),
      action: 'category.updated',
      detail: { description: { from: '', to: 'All of them' }, taxClass: { from: null, to: 'reduced' } },
    });
  });
});

describe('deleting', () => {
  test('takes an empty category and its former slugs away', async () => {
    const { c } = await makeTree();
    await staff().updateCategory({ category: c.id, slug: `${c.slug}-x` });
    await staff().deleteCategory({ category: c.id });
    for (const slug of [c.slug, `${c.slug}-x`]) {
      await expect(findCategory(guest(), { slug })).rejects.toMatchObject({ code: 'category_not_found' });
    }
  });

  test('refuses one with products or categories in it', async () => {
    const { b, d } = await makeTree();
    await createTestProduct(runtime, { categories: [d.id] });
    expect(await refusal(() => staff().deleteCategory({ category: b.id }))).toBe('category_not_empty');
    expect(await refusal(() => staff().deleteCategory({ category: d.id }))).toBe('category_not_empty');
    expect(await refusal(() => staff().deleteCategory({ category: 'nope' }))).toBe('category_not_found');
    expect(await refusal(() => staff().deleteCategory({ category: b.id, reassignTo: 'nope' }))).toBe(
      'category_unknown',
    );
    expect(await refusal(() => staff().deleteCategory({ category: b.id, reassignTo: d.id }))).toBe('category_cycle');
  });

  test('with an heir, products, children and slugs go there', async () => {
    const { a, b, c, d } = await makeTree();
    const only = await createTestProduct(runtime, { title: `only ${made}`, categories: [b.id] });
    const both = await createTestProduct(runtime, { title: `both ${made}`, categories: [c.id, b.id] });
    await staff().deleteCategory({ category: b.id, reassignTo: c.id });
    expect(await listed(c.slug)).toEqual([both.slug, only.slug]);
    expect(await children(c.id)).toBe(1);
    expect(await findCategory(guest(), { slug: b.slug })).toMatchObject({ id: c.id, redirectFrom: b.slug });
    expect((await findCategory(guest(), { slug: d.slug })).path.map(({ id }) => id)).toEqual([a.id, c.id, d.id]);
    await noFaults();
  });
});

describe('what a category inherits', () => {
  test('is what the nearest ancestor says, and who says it', async () => {
    const { a, b, d } = await makeTree();
    await staff().saveShippingProfile({ code: 'pallet', name: 'Pallets' });
    const ref = ({ id, slug, name }: typeof a) => ({ id, slug, name });
    const effective = async () => (await staff().adminCategory({ category: d.id })).effective;
    expect(await effective()).toEqual({
      taxClass: { value: 'standard', source: 'store', category: null },
      shippingProfile: { value: 'standard', source: 'store', category: null },
      seoTitleTemplate: { value: '{name}', source: 'store', category: null },
      seoDescriptionTemplate: { value: null, source: 'store', category: null },
    });
    await staff().updateCategory({ category: a.id, taxClass: 'reduced', shippingProfile: 'pallet' });
    await staff().updateCategory({ category: b.id, taxClass: 'standard', seoTitleTemplate: '{name} | {store}' });
    await staff().updateCategory({ category: d.id, seoDescriptionTemplate: 'All {name}' });
    expect(await effective()).toEqual({
      taxClass: { value: 'standard', source: 'inherited', category: ref(b) },
      shippingProfile: { value: 'pallet', source: 'inherited', category: ref(a) },
      seoTitleTemplate: { value: '{name} | {store}', source: 'inherited', category: ref(b) },
      seoDescriptionTemplate: { value: 'All {name}', source: 'own', category: ref(d) },
    });
    const page = await findCategory(guest(), { slug: d.slug });
    expect(page.seo).toEqual({ title: `${d.name} | Test store`, description: `All ${d.name}` });
    runtime.takeStatements();
    const { items } = await listCategories(guest(), { below: a.slug, seo: true });
    expect(runtime.takeStatements()).toHaveLength(1);
    const first = items.find(({ id }) => id === b.id);
    expect([first?.seo, first?.children[0]?.seo]).toEqual([
      { title: `${b.name} | Test store`, description: null },
      page.seo,
    ]);
    await staff().updateCategory({ category: b.id, taxClass: null });
    expect((await effective()).taxClass).toEqual({ value: 'reduced', source: 'inherited', category: ref(a) });
    await staff().moveCategory({ category: b.id, parent: null });
    expect((await effective()).taxClass).toEqual({ value: 'standard', source: 'store', category: null });
  });
});

test('a product that is added without a tax class has that of its first category that has one', async () => {
  const { a, c, d } = await makeTree();
  await staff().updateCategory({ category: a.id, taxClass: 'reduced' });
  const other = await staff().createCategory({ name: `other ${made}` });
  const add = async (categories: string[], taxClass?: string) => {
    const sku = `TAX-${made}-${categories.length}-${taxClass}-${Math.max(0, categories.indexOf(d.id))}`;
    const input = { title: sku, categories, variants: [{ sku }], ...(taxClass && { taxClass }) };
    return (await staff().createProduct(input)).taxClass;
  };
  expect(await add([d.id])).toBe('reduced');
  expect(await add([other.id, d.id])).toBe('reduced');
  expect(await add([])).toBe('standard');
  expect(await add([d.id], 'standard')).toBe('standard');
  await staff().updateCategory({ category: c.id, taxClass: 'standard' });
  expect(await add([c.id, d.id, other.id])).toBe('standard');
  expect(await refusal(() => add([d.id], 'nope'))).toBe('tax_class_unknown');

  const { jobId } = await staff().startImport({ kind: 'products', sourceHash: `tax ${made}` });
  const row = (id: string, fields: object) => ({
    id: `tax-${id}-${made}`,
    title: id,
    sku: `tax-${id}-${made}`,
    ...fields,
  });
  const rows = [
    row('inherits', { category_path: [a.name, c.name] }),
    row('above', { category_path: [a.name] }),
    row('says', { category_path: [a.name], tax_class: 'standard' }),
  ];
  await staff().importBatch({ jobId, batch: 0, firstRow: 1, rows });
  const classes = await query(
    runtime,
    'select title, tax_class from products where external_id like $1 order by title',
    [`tax-%-${made}`],
  );
  expect(classes).toEqual([
    { title: 'above', tax_class: 'reduced' },
    { title: 'inherits', tax_class: 'standard' },
    { title: 'says', tax_class: 'standard' },
  ]);
});

describe('languages', () => {
  test('a category is read in the locale, what it is a kind of, or as it was entered', async () => {
    const { a, b } = await makeTree();
    await staff().addLocale({ locale: 'de' });
    await staff().addLocale({ locale: 'de-AT' });
    await staff().updateCategory({
      category: a.id,
      description: 'Pots',
      seoTitleTemplate: 'Buy {name}',
      translations: {
        de: { name: `Töpfe ${made}`, seoTitleTemplate: '{name} kaufen' },
        'de-AT': { description: 'Häferl' },
      },
    });
    const read = async (locale?: string) => {
      const { name, description, seo, locale: best } = await findCategory(guest(), { slug: a.slug, locale });
      return [name, description, seo.title, best];
    };
    expect(await read('de-AT')).toEqual([`Töpfe ${made}`, 'Häferl', `Töpfe ${made} kaufen`, 'de-AT']);
    expect(await read('de-CH')).toEqual([`Töpfe ${made}`, 'Pots', `Töpfe ${made} kaufen`, 'de']);
    expect(await read('fr')).toEqual([a.name, 'Pots', `Buy ${a.name}`, 'en']);
    expect(await read()).toEqual([a.name, 'Pots', `Buy ${a.name}`, 'en']);
    expect((await findCategory(guest(), { slug: b.slug, locale: 'de' })).path.map(({ name }) => name)).toEqual([
      `Töpfe ${made}`,
      b.name,
    ]);
    const names = async (locale?: string) =>
      (await listCategories(guest(), { locale })).items.filter(({ id }) => id === a.id).map(({ name }) => name);
    expect([await names('de-AT'), await names()]).toEqual([[`Töpfe ${made}`], [a.name]]);

    await staff().updateCategory({ category: a.id, translations: { de: { name: null, seoTitleTemplate: null } } });
    expect((await staff().adminCategory({ category: a.id })).translations).toEqual({
      'de-AT': { description: 'Häferl' },
    });
    expect(await names('de-AT')).toEqual([a.name]);
  });

  test('locales come, become the default and go, and the default one stays', async () => {
    await staff().addLocale({ locale: 'nl' });
    await staff().addLocale({ locale: 'nl', isDefault: true });
    expect((await staff().locales()).items[0]).toEqual({ code: 'nl', isDefault: true });
    expect(await refusal(() => staff().removeLocale({ locale: 'nl' }))).toBe('locale_required');
    expect(await refusal(() => staff().removeLocale({ locale: 'sv' }))).toBe('locale_unknown');
    await staff().addLocale({ locale: 'en', isDefault: true });
    const { items } = await staff().removeLocale({ locale: 'nl' });
    expect(items.map(({ code }) => code)).not.toContain('nl');
  });

  test('a new name is read in the default language although that had a translation', async () => {
    const { a } = await makeTree();
    await staff().updateCategory({ category: a.id, translations: { en: { name: `Translated ${made}` } } });
    expect((await findCategory(guest(), { slug: a.slug })).name).toBe(`Translated ${made}`);
    await staff().updateCategory({ category: a.id, name: `Entered ${made}` });
    expect((await findCategory(guest(), { slug: a.slug })).name).toBe(`Entered ${made}`);
  });
});

test('a category is read in one statement, and so is a part of the tree', async () => {
  const { a, b, c, d } = await makeTree();
  runtime.takeStatements();
  const page = await findCategory(guest(), { slug: a.slug, locale: 'de' });
  expect(runtime.takeStatements()).toHaveLength(1);
  expect(page.children.map(({ id }) => id)).toEqual([b.id, c.id]);
  const part = await listCategories(guest(), { below: a.slug, levels: 1 });
  expect(runtime.takeStatements()).toHaveLength(1);
  expect(part.items.map(({ id, children: below }) => [id, below])).toEqual([
    [b.id, []],
    [c.id, []],
  ]);
  const { items } = await listCategories(guest(), { below: a.slug });
  expect(items[0]?.children.map(({ id }) => id)).toEqual([d.id]);
  await expect(listCategories(guest(), { below: 'nope' })).rejects.toMatchObject({ code: 'category_not_found' });
});
