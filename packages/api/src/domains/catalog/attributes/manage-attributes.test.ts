import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appRouter } from '../../../root.ts';
import { createTestProduct, seedStore } from '../../../testing/catalog-factories.ts';
import { administrator, makeCtx, makeTestRuntime, type TestRuntime } from '../../../testing/index.ts';
import { doJobs, query } from '../../../testing/tell-outbox.ts';
import { catalogRouter } from '../router.ts';

let runtime: TestRuntime;
const STAFF = '01900000-0000-7000-8000-000000000001';
const ctx = () => makeCtx(runtime, { actor: administrator(STAFF) });
const staff = () => catalogRouter.createCaller(ctx());
const search = (input: { q?: string; category?: string; filter?: Record<string, string> }) =>
  appRouter.createCaller(makeCtx(runtime)).search.products(input);

type NewAttribute = Parameters<ReturnType<typeof staff>['createAttribute']>[0];
let made = 0;
/** An attribute and a tree for a test of its own: `top` with `mid`, `mid` with `leaf`; and `other`. */
async function make(attribute: Partial<NewAttribute> = {}) {
  made += 1;
  const category = (name: string, parent?: string) =>
    staff().createCategory({ name: `${name} ${made}`, ...(parent && { parent }) });
  const top = await category('top');
  const mid = await category('mid', top.id);
  const leaf = await category('leaf', mid.id);
  const other = await category('other');
  const { code } = await staff().createAttribute({ name: `Attribute ${made}`, type: 'text', ...attribute });
  return { top, mid, leaf, other, code };
}

beforeAll(async () => {
  runtime = await makeTestRuntime();
  await seedStore(runtime);
  await staff().addLocale({ locale: 'de' });
});
afterAll(() => runtime.dispose());

async function everything() {
  return query(
    runtime,
    `select (select jsonb_agg(a order by id) from attributes a) as attributes,
      (select jsonb_agg(o order by attribute_id, code) from attribute_options o) as options,
      (select jsonb_agg(o order by category_id, attribute_id) from category_attributes o) as assignments,
      (select jsonb_agg(p order by id) from products p) as products,
      (select count(*) from audit_log) as audit, (select count(*) from pgboss.job) as jobs`,
  );
}
/** The refusal; nothing may have changed. */
async function refusal(call: () => Promise<unknown>) {
  const before = await everything();
  const error = await call().then(
    () => undefined,
    (reason: { code?: string; details?: object; cause?: { code: string; details?: object } }) => reason.cause ?? reason,
  );
  expect(await everything()).toEqual(before);
  return error;
}
const code = async (call: () => Promise<unknown>) => (await refusal(call))?.code;

const SIZES = [{ label: 'Small' }, { label: 'Extra Large', code: 'xl' }];

describe('a definition', () => {
  test('has options with codes, labels, order and translations', async () => {
    const created = await staff().createAttribute({
      name: 'Shade',
      type: 'color',
      filterable: true,
      variantForming: true,
      position: 3,
      options: [
        { label: 'Sea Blue', swatch: '#0044cc', translations: { de: { label: 'Meerblau' } } },
        { label: 'Red', code: 'r', swatch: '#ff0000' },
      ],
      translations: { de: { name: 'Farbton' } },
    });
    expect(created).toEqual({
      code: 'shade',
      name: 'Shade',
      type: 'color',
      unit: null,
      referenceKind: null,
      required: false,
      filterable: true,
      sortable: false,
      searchable: true,
      variantForming: true,
      position: 3,
      translations: { de: { name: 'Farbton' } },
      options: [
        { code: 'sea-blue', label: 'Sea Blue', swatch: '#0044cc', translations: { de: { label: 'Meerblau' } } },
        { code: 'r', label: 'Red', swatch: '#ff0000', translations: {} },
      ],
      version: 1,
    });
    const updated = await staff().updateAttribute({
      attribute: 'shade',
      version: 1,
      options: [
        { label: 'Crimson', code: 'r', swatch: '#dd0000' },
        { label: 'Sea Blue', swatch: '#0044cc' },
      ],
    });
    expect(updated.options.map(({ code: option, label, translations }) => [option, label, translations])).toEqual([
      ['r', 'Crimson', {}],
      ['sea-blue', 'Sea Blue', { de: { label: 'Meerblau' } }],
    ]);
    expect(updated.version).toBe(2);
    expect(await staff().attribute({ attribute: 'shade' })).toEqual(updated);
  });

  test.each<[string, Partial<NewAttribute>]>([
    ['an enum without options', { type: 'enum' }],
    ['a text with options', { type: 'text', options: SIZES }],
    ['two options of one code', { type: 'enum', options: [{ label: 'A' }, { label: 'a' }] }],
    ['a color without a swatch', { type: 'color', options: [{ label: 'Red' }] }],
    ['an enum with a swatch', { type: 'enum', options: [{ label: 'Red', swatch: '#ff0000' }] }],
    ['an option that has no code', { type: 'enum', options: [{ label: '赤' }] }],
    ['a text with a unit', { type: 'text', unit: 'cm' }],
    ['a reference to nothing', { type: 'reference' }],
    ['a text that refers', { type: 'text', referenceKind: 'product' }],
    ['a list that forms variants', { type: 'multi-text', variantForming: true }],
  ])('is refused as %s', async (_, input) => {
    expect(await code(() => staff().createAttribute({ name: 'Broken', type: 'text', ...input }))).toBe(
      'attribute_definition_invalid',
    );
  });

  test('is refused twice, under a reserved code, in a language the store does not have, and in an old version', async () => {
    const { code: attribute } = await make();
    expect(await code(() => staff().createAttribute({ name: 'X', code: attribute, type: 'text' }))).toBe(
      'attribute_taken',
    );
    expect(await code(() => staff().createAttribute({ name: 'Brand', code: 'brand', type: 'text' }))).toBe(
      'attribute_taken',
    );
    const fr = { fr: { name: 'x' } };
    expect(await code(() => staff().updateAttribute({ attribute, translations: fr }))).toBe('locale_unknown');
    expect(await code(() => staff().updateAttribute({ attribute, version: 2, name: 'Y' }))).toBe('version_conflict');
    expect(await code(() => staff().updateAttribute({ attribute: 'nope', name: 'Y' }))).toBe('attribute_not_found');
  });

  test('changes its type only when every value fits, and loses only options that nothing has', async () => {
    const { code: attribute } = await make();
    const { id } = await createTestProduct(runtime, { attributes: { [attribute]: 'small' } });
    const update = (input: object) => staff().updateAttribute({ attribute, ...input });
    expect(await refusal(() => update({ type: 'integer' }))).toMatchObject({
      code: 'attribute_in_use',
      details: { attribute, type: 'integer', products: 1, value: 'small' },
    });
    expect(await code(() => update({ type: 'enum', options: [{ label: 'Large' }] }))).toBe('attribute_in_use');
    expect((await update({ type: 'enum', options: SIZES })).type).toBe('enum');
    expect(await code(() => update({ options: [{ label: 'Large' }] }))).toBe('attribute_in_use');
    expect(await code(() => update({ options: [] }))).toBe('attribute_definition_invalid');
    await staff().updateProduct({ productId: id, attributes: { [attribute]: null } });
    expect((await update({ options: [{ label: 'Large' }] })).options.map((option) => option.code)).toEqual(['large']);
  });

  test('goes when nothing has it, or with the values that products have', async () => {
    const { code: attribute, leaf } = await make({ filterable: true });
    const { id, version } = await createTestProduct(runtime, {
      attributes: { [attribute]: 'blue' },
      categories: [leaf.id],
    });
    const facets = async () => (await search({ category: leaf.slug })).facets.map((facet) => facet.code);
    expect(await facets()).toContain(attribute);
    expect(await code(() => staff().deleteAttribute({ attribute }))).toBe('attribute_in_use');
    await staff().deleteAttribute({ attribute, removeValues: true });
    expect(await staff().adminProduct({ productId: id })).toMatchObject({ attributes: {}, version: version + 1 });
    expect(await facets()).not.toContain(attribute);
    expect(await code(() => staff().attribute({ attribute }))).toBe('attribute_not_found');
    // The job that was queued beside finds nothing left to do, and nothing when it is defined anew.
    await staff().createAttribute({ name: 'Again', code: attribute, type: 'text' });
    await staff().updateProduct({ productId: id, attributes: { [attribute]: 'green' } });
    await doJobs(runtime, 'catalog.refresh', [{ id: 'x', data: { scope: { withdrawn: attribute }, after: null } }]);
    expect((await staff().adminProduct({ productId: id })).attributes).toEqual({ [attribute]: 'green' });
  });

  test('is found by a part of its name or code, page by page', async () => {
    for (const name of ['Paging B', 'Paging A', 'Paging C']) await staff().createAttribute({ name, type: 'text' });
    const first = await staff().attributes({ q: 'paging', limit: 2 });
    expect(first.items.map((each) => each.code)).toEqual(['paging-a', 'paging-b']);
    const second = await staff().attributes({ q: 'paging', limit: 2, cursor: first.nextCursor ?? '' });
    expect(second).toMatchObject({ items: [{ code: 'paging-c' }], nextCursor: null });
  });
});

describe('a value of a product', () => {
  test.each<[string, Partial<NewAttribute>, unknown[], unknown[]]>([
    ['text', {}, ['a', ''], [1, true, ['a']]],
    ['long-text', {}, ['a\nb'], [1, ['a']]],
    ['integer', {}, [0, -5], [1.5, '1', 2 ** 60]],
    ['decimal', { unit: 'kg' }, [1.5, 2], ['1.5', true]],
    ['boolean', {}, [true, false], ['true', 1]],
    [
      'date',
      {},
      ['2028-02-29', '2026-12-31'],
      ['2026-02-29', '2026-13-01', '2026-1-1', '20260101', 5, '2026-01-01T00:00:00Z'],
    ],
    ['enum', { options: SIZES }, ['small', 'xl'], ['Small', 'medium', ['small'], 1]],
    ['multi-enum', { options: SIZES }, [['small'], ['xl', 'small'], []], ['small', ['small', 'small'], ['medium']]],
    ['color', { options: [{ label: 'Red', swatch: '#ff0000' }] }, ['red'], ['#ff0000', 'blue', ['red']]],
    ['multi-text', {}, [['a', 'b']], ['a', 1]],
  ])('of the type %s is what the type says', async (type, attribute, good, bad) => {
    const { code: name } = await make({ type: type as 'text', ...attribute });
    const { id } = await createTestProduct(runtime);
    for (const value of good) {
      await staff().updateProduct({ productId: id, attributes: { [name]: value as string } });
      expect((await staff().adminProduct({ productId: id })).attributes).toEqual({ [name]: value });
    }
    for (const value of bad) {
      const attributes = { [name]: value as string };
      expect(await refusal(() => staff().updateProduct({ productId: id, attributes })), String(value)).toMatchObject({
        code: 'attribute_value_invalid',
        details: { attribute: name, type },
      });
      expect(await code(() => createTestProduct(runtime, { attributes }))).toBe('attribute_value_invalid');
    }
  });

  test('of a reference is the id of what is there', async () => {
    const { code: product } = await make({ type: 'reference', referenceKind: 'product' });
    const { code: category, top } = await make({ type: 'reference', referenceKind: 'category' });
    const { id } = await createTestProduct(runtime);
    await createTestProduct(runtime, { attributes: { [product]: id, [category]: top.id } });
    for (const attributes of [{ [product]: top.id }, { [category]: id }, { [product]: 'x' }]) {
      expect(await code(() => createTestProduct(runtime, { attributes }))).toBe('attribute_value_invalid');
    }
  });

  test('is refused unless a category of the product has the attribute, once one has', async () => {
    const { code: name, mid, leaf, other } = await make();
    const attributes = { [name]: 'x' };
    const before = await createTestProduct(runtime, { attributes });
    await staff().assignAttribute({ category: mid.slug, attribute: name });
    expect(await refusal(() => createTestProduct(runtime, { attributes, categories: [other.id] }))).toMatchObject({
      code: 'attribute_not_effective',
      details: { attribute: name },
    });
    await createTestProduct(runtime, { attributes, categories: [other.id, leaf.id] });
    // What it had stays, until it is written.
    await staff().updateProduct({ productId: before.id, title: 'Renamed' });
    await staff().updateProduct({ productId: before.id, attributes: {} });
    expect(await code(() => staff().updateProduct({ productId: before.id, attributes }))).toBe(
      'attribute_not_effective',
    );
    await staff().updateProduct({ productId: before.id, categories: [leaf.id], attributes });
    await staff().unassignAttribute({ category: mid.id, attribute: name });
    await createTestProduct(runtime, { attributes });
  });

  test('is asked for where it is required, by whoever changes attributes, categories or publishes', async () => {
    const { code: name, top, leaf, other } = await make();
    const free = await createTestProduct(runtime, { categories: [other.id], status: 'draft' });
    const inside = await createTestProduct(runtime, { categories: [leaf.id], status: 'draft' });
    await staff().assignAttribute({ category: top.id, attribute: name, required: true });
    const missing = { code: 'attribute_required', details: { attribute: name } };
    expect(await refusal(() => createTestProduct(runtime, { categories: [leaf.id] }))).toMatchObject(missing);
    const empty = { categories: [leaf.id], attributes: { [name]: '' } };
    expect(await refusal(() => createTestProduct(runtime, empty))).toMatchObject(missing);
    const move = () => staff().updateProduct({ productId: free.id, categories: [leaf.id] });
    expect(await refusal(move)).toMatchObject(missing);
    expect(await refusal(() => staff().updateProduct({ productId: inside.id, status: 'active' }))).toMatchObject(
      missing,
    );
    await staff().updateProduct({ productId: inside.id, title: 'A title may change' });
    await staff().updateProduct({ productId: inside.id, status: 'active', attributes: { [name]: 'x' } });
    const take = () => staff().updateProduct({ productId: inside.id, attributes: { [name]: null } });
    expect(await refusal(take)).toMatchObject(missing);
    // Nearer to the product, the category below says otherwise.
    await staff().assignAttribute({ category: leaf.id, attribute: name, required: false });
    await take();
  });
});

test('a shopper reads what options are called, in their language, and where references lead, in order of position', async () => {
  const { code: size, leaf } = await make({
    name: 'Size',
    type: 'multi-enum',
    position: 5,
    options: [{ label: 'Small', translations: { de: { label: 'Klein' } } }, { label: 'Large' }],
    translations: { de: { name: 'Größe' } },
  });
  const { code: shade } = await make({ type: 'color', options: [{ label: 'Red', swatch: '#ff0000' }], position: 2 });
  const { code: fits } = await make({ type: 'reference', referenceKind: 'product', position: 3 });
  const { code: from } = await make({ type: 'reference', referenceKind: 'category', position: 4 });
  const target = await createTestProduct(runtime, { title: `Target ${made}` });
  const attributes = { [size]: ['large', 'small'], [shade]: 'red', [fits]: target.id, [from]: leaf.id };
  const { slug } = await createTestProduct(runtime, { categories: [leaf.id], attributes });
  const read = async (locale?: string) => {
    const product = await catalogRouter.createCaller(makeCtx(runtime)).product({ slug, ...(locale && { locale }) });
    return product.attributes.map(({ name, label, swatch, reference }) => [
      name,
      label ?? reference?.slug ?? null,
      swatch ?? null,
    ]);
  };
  const rest = [
    [expect.any(String), 'Red', '#ff0000'],
    [expect.any(String), target.slug, null],
    [expect.any(String), leaf.slug, null],
  ];
  expect(await read()).toEqual([...rest, ['Size', ['Small', 'Large'], null]]);
  expect(await read('de-AT')).toEqual([...rest, ['Größe', ['Klein', 'Large'], null]]);
  await staff().assignAttribute({ category: leaf.id, attribute: size, position: 1 });
  expect((await read())[0]).toEqual(['Size', ['Small', 'Large'], null]);
  await staff().updateProduct({ productId: target.id, status: 'draft' });
  expect((await read())[2]).toEqual([expect.any(String), null, null]);
});

describe('what a category says of an attribute', () => {
  test('holds below it until a nearer one says otherwise, flag by flag, with its source', async () => {
    const { code: name, top, mid, leaf, other } = await make({ filterable: true, position: 9 });
    await staff().assignAttribute({
      category: top.id,
      attribute: name,
      required: true,
      filterable: false,
      position: 2,
    });
    await staff().assignAttribute({ category: leaf.id, attribute: name, required: false });
    const ref = ({ id, slug, name: called }: typeof top) => ({ id, slug, name: called });
    const of = async (category: string) => (await staff().adminCategory({ category })).attributes;
    expect(await of(leaf.id)).toEqual([
      {
        code: name,
        name: `Attribute ${made}`,
        type: 'text',
        assignedBy: [ref(top), ref(leaf)],
        required: { value: false, source: 'own', category: ref(leaf) },
        filterable: { value: false, source: 'inherited', category: ref(top) },
        sortable: { value: false, source: 'definition', category: null },
        searchable: { value: true, source: 'definition', category: null },
        variantForming: { value: false, source: 'definition', category: null },
        position: { value: 2, source: 'inherited', category: ref(top) },
      },
    ]);
    expect((await of(mid.id))[0]?.required).toEqual({ value: true, source: 'inherited', category: ref(top) });
    expect(await of(other.id)).toEqual([]);
    await staff().moveCategory({ category: leaf.id, parent: other.id });
    expect((await of(leaf.id))[0]?.filterable).toEqual({ value: true, source: 'definition', category: null });
  });

  test('decides over facets and words of the products below', async () => {
    const { code: name, top, mid, leaf, other } = await make({ filterable: false, searchable: true });
    const word = `quokka${made}`;
    const { slug } = await createTestProduct(runtime, { attributes: { [name]: word }, categories: [leaf.id] });
    const facets = async (category: string) => (await search({ category })).facets.map((facet) => facet.code);
    expect(await facets(leaf.slug)).not.toContain(name);
    await staff().assignAttribute({ category: mid.id, attribute: name, filterable: true });
    expect(await facets(leaf.slug)).toContain(name);
    const filtered = await search({ category: leaf.slug, filter: { [name]: word } });
    expect(filtered.items.map((item) => item.slug)).toEqual([slug]);
    await staff().assignAttribute({ category: leaf.id, attribute: name, filterable: false, searchable: false });
    expect(await facets(leaf.slug)).not.toContain(name);
    expect((await search({ q: word })).items).toEqual([]);
    // Of two categories one is enough.
    const both = await createTestProduct(runtime, { attributes: { [name]: word }, categories: [leaf.id, mid.id] });
    expect((await search({ q: word })).items.map((item) => item.slug)).toEqual([both.slug]);
    expect(await facets(leaf.slug)).toContain(name);
    await staff().updateProduct({ productId: both.id, categories: [leaf.id] });
    expect(await facets(top.slug)).not.toContain(name);
    await staff().moveCategory({ category: leaf.id, parent: other.id });
    await staff().unassignAttribute({ category: leaf.id, attribute: name });
    expect((await search({ q: word })).items).toHaveLength(2);
  });

  test('refuses what is not there', async () => {
    const { code: attribute, top, mid } = await make();
    const assign = (input: object) => code(() => staff().assignAttribute({ category: top.id, attribute, ...input }));
    expect(await assign({ category: 'nope' })).toBe('category_not_found');
    expect(await assign({ attribute: 'nope' })).toBe('attribute_not_found');
    await staff().assignAttribute({ category: top.id, attribute });
    expect(await code(() => staff().unassignAttribute({ category: mid.id, attribute }))).toBe('attribute_not_found');
  });
});

describe('an import', () => {
  const importRows = async (rows: object[]) => {
    made += 1;
    const { jobId } = await staff().startImport({ kind: 'products', sourceHash: `file ${made}` });
    return staff().importBatch({ jobId, batch: 0, firstRow: 1, rows });
  };
  const row = (id: string, attributes: object) => ({ id, title: id, sku: id, attributes });

  test('widens a free definition, and leaves out rows that do not fit one that was made by hand', async () => {
    const { code: free } = await make({ name: 'Free', code: 'free', type: 'integer' });
    const { code: chosen } = await make({ name: 'Chosen', code: 'chosen', type: 'enum', options: SIZES });
    const { code: placed, top } = await make({ name: 'Placed', code: 'placed', type: 'integer' });
    await staff().assignAttribute({ category: top.id, attribute: placed });
    const result = await importRows([
      row('fits', { Free: 'many', Chosen: 'small', Placed: 3 }),
      row('not an option', { Chosen: 'Small' }),
      row('not a number', { Placed: 'three' }),
    ]);
    expect(result).toMatchObject({ created: 1, failed: 2 });
    expect(result.errors.map(({ row: number, code: error }) => [number, error])).toEqual([
      [2, 'attribute_value_invalid'],
      [3, 'attribute_value_invalid'],
    ]);
    const types = await Promise.all([free, chosen, placed].map((attribute) => staff().attribute({ attribute })));
    expect(types.map(({ type }) => type)).toEqual(['text', 'enum', 'integer']);
  });
});
