import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { RouterInputs } from '../../contract.ts';
import { DomainError } from '../../kit/domain-error.ts';
import { appRouter } from '../../root.ts';
import { ctxOf, openAccount, type TestAccount } from '../../testing/accounts.ts';
import { cancelOrder, createCart, placeOrder } from '../../testing/calls.ts';
import { createTestProduct } from '../../testing/catalog-factories.ts';
import { makeCtx, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import { checkoutInput, openShop, type Shop, staffCtx } from '../../testing/shop.ts';
import { doJobs, query } from '../../testing/tell-outbox.ts';
import { plainText } from './plain-text.ts';

let runtime: TestRuntime;
let shop: Shop;
beforeAll(async () => {
  runtime = await makeTestRuntime();
  shop = await openShop(runtime);
});
afterAll(() => runtime.dispose());

let product: { id: string; slug: string; variantId: string };
beforeEach(async () => {
  await query(runtime, 'truncate reviews, product_stars');
  const { id, slug, variants } = await createTestProduct(runtime);
  product = { id, slug, variantId: variants[0]?.id ?? '' };
});

const as = (account: TestAccount) => appRouter.createCaller(ctxOf(runtime, account)).review;
const staff = () => appRouter.createCaller(staffCtx(runtime)).review;
const shopper = () => appRouter.createCaller(makeCtx(runtime));
type Written = Partial<RouterInputs['review']['write']>;
const write = (account: TestAccount, input: Written = {}) =>
  as(account).write({ slug: product.slug, rating: 4, text: 'Good.', displayName: 'Ada', ...input });

/** Reviews by somebody new each, with these stars and approved. */
async function approved(...stars: number[]): Promise<string[]> {
  const ids: string[] = [];
  for (const rating of stars) ids.push((await write(await openAccount(runtime), { rating })).id);
  await staff().moderate({ reviewIds: ids, decision: 'approved' });
  return ids;
}

const list = (input: Partial<RouterInputs['review']['list']> = {}) =>
  shopper().review.list({ slug: product.slug, ...input });
const ratingOf = async () => {
  const [row] = await query<{ rating_milli: number | null; rating_count: number; listed: number }>(
    runtime,
    `select rating_milli, rating_count, (select max(sort_rating)::float8 from listing l where l.product_id = p.id) as listed
     from products p where id = $1`,
    [product.id],
  );
  return row;
};

async function refusalOf(call: Promise<unknown>) {
  const error = await call.then(
    () => undefined,
    (thrown: Error) => thrown,
  );
  if (!(error?.cause instanceof DomainError)) throw error ?? new Error('The call was not refused');
  return { code: error.cause.code, details: error.cause.details };
}
const everything = async () =>
  JSON.stringify([
    await query(runtime, 'select * from reviews order by id'),
    await query(runtime, 'select * from product_stars order by 1'),
    await query(runtime, 'select id from audit_log order by id'),
    await ratingOf(),
  ]);

describe('a review', () => {
  test('is seen by others when it is approved, counts then, and waits again when it is changed', async () => {
    const ada = await openAccount(runtime);
    const { id, status } = await write(ada, { rating: 5, title: 'Fine', text: 'Two\nlines.' });
    expect(status).toBe('pending');
    expect(await list()).toEqual({
      rating: null,
      stars: { 1: 0, 2: 0, 3: 0, 4: 0, 5: 0 },
      items: [],
      nextCursor: null,
    });
    await staff().moderate({ reviewIds: [id], decision: 'approved' });
    runtime.takeStatements();
    const page = await list();
    expect(runtime.takeStatements()).toHaveLength(1);
    expect(page).toMatchObject({ rating: { average: 5, count: 1 }, stars: { 5: 1, 4: 0 } });
    expect(page.items).toEqual([
      {
        id,
        rating: 5,
        title: 'Fine',
        text: 'Two\nlines.',
        displayName: 'Ada',
        verifiedPurchase: false,
        reply: null,
        createdAt: runtime.clock.now(),
      },
    ]);
    await as(ada).edit({ reviewId: id, rating: 2, title: null });
    expect((await list()).rating).toBeNull();
    await staff().moderate({ reviewIds: [id], decision: 'approved' });
    expect(await list()).toMatchObject({ rating: { average: 2, count: 1 }, stars: { 2: 1, 5: 0 } });
    await staff().moderate({ reviewIds: [id], decision: 'rejected', reason: 'Not about it' });
    expect(await list()).toMatchObject({ rating: null, items: [] });
    expect((await as(ada).mine({})).items).toMatchObject([{ id, status: 'rejected', reason: 'Not about it' }]);
  });

  test('is one a customer and product, and nobody else’s to change', async () => {
    const [ada, eve] = [await openAccount(runtime), await openAccount(runtime)];
    const { id } = await write(ada);
    const before = await everything();
    expect((await refusalOf(write(ada))).code).toBe('review_exists');
    expect((await refusalOf(as(eve).edit({ reviewId: id, rating: 1 }))).code).toBe('review_not_found');
    expect((await refusalOf(as(eve).delete({ reviewId: id }))).code).toBe('review_not_found');
    expect(await everything()).toBe(before);
    const twice = await Promise.allSettled(Array.from({ length: 10 }, () => write(eve)));
    expect(twice.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    await as(ada).delete({ reviewId: id });
    await write(ada);
  });

  test('is written of products that shoppers see only', async () => {
    const ada = await openAccount(runtime);
    await query(runtime, 'delete from listing where product_id = $1', [product.id]);
    for (const slug of [product.slug, 'no-such']) {
      expect((await refusalOf(write(ada, { slug }))).code).toBe('product_not_found');
      expect((await refusalOf(list({ slug }))).code).toBe('product_not_found');
    }
  });

  test.each<[string, Written, string]>([
    ['no stars', { rating: 0 }, '/rating'],
    ['six stars', { rating: 6 }, '/rating'],
    ['half a star', { rating: 3.5 }, '/rating'],
    ['a control character', { text: 'a\u0007b' }, '/text'],
    ['half a character', { title: 'a\ud800' }, '/title'],
    ['a name that is nothing but markup', { displayName: '<b></b>' }, '/displayName'],
  ])('with %s is refused', async (_, input, pointer) => {
    const before = await everything();
    expect(await refusalOf(write(await openAccount(runtime), input))).toMatchObject({
      code: 'invalid_input',
      details: { issues: [{ pointer }] },
    });
    expect(await everything()).toBe(before);
  });

  test('says whether it was bought, by orders that are placed and not cancelled', async () => {
    const ada = await openAccount(runtime);
    const { id } = await write(ada);
    await staff().moderate({ reviewIds: [id], decision: 'approved' });
    const verified = async () => (await list()).items[0]?.verifiedPurchase;
    const ctx = ctxOf(runtime, ada);
    const items = [{ variantId: product.variantId, quantity: 1 }];
    const cart = await createCart(ctx, { currency: 'EUR', items });
    expect(await verified()).toBe(false);
    const { order } = await placeOrder(ctx, checkoutInput(shop, cart, { email: ada.email }));
    expect(await verified()).toBe(true);
    await cancelOrder(staffCtx(runtime), { orderId: order.id });
    expect(await verified()).toBe(false);
  });
});

describe('ratings', () => {
  test('are the average of what is approved, shown with one decimal on pages and cards', async () => {
    await approved(5, 4, 4);
    const shown = { average: 4.3, count: 3 };
    expect(await ratingOf()).toEqual({ rating_milli: 4333, rating_count: 3, listed: 4333e9 + 3 });
    expect((await list()).rating).toEqual(shown);
    expect((await shopper().catalog.product({ slug: product.slug })).rating).toEqual(shown);
    const cards = await shopper().catalog.products({ sort: 'rating', limit: 1 });
    expect(cards.items).toMatchObject([{ id: product.id, rating: shown }]);
  });

  test('begin with what was imported, each as often as it was given', async () => {
    await query(runtime, 'update products set imported_rating_milli = 3000, imported_rating_count = 8 where id = $1', [
      product.id,
    ]);
    expect(await ratingOf()).toMatchObject({ rating_milli: 3000, rating_count: 8 });
    await approved(5, 5);
    expect(await ratingOf()).toMatchObject({ rating_milli: 3400, rating_count: 10 });
    await query(runtime, 'update products set imported_rating_milli = null, imported_rating_count = 0 where id = $1', [
      product.id,
    ]);
    expect(await ratingOf()).toMatchObject({ rating_milli: 5000, rating_count: 2 });
  });

  test('are exact after reviews of one product are decided, changed and deleted all at once', async () => {
    const people = await Promise.all(Array.from({ length: 12 }, () => openAccount(runtime)));
    const ids = await Promise.all(people.map(async (each, i) => (await write(each, { rating: 1 + (i % 5) })).id));
    const calls = ids.flatMap((id, i) => [
      staff().moderate({ reviewIds: [id], decision: 'approved' }),
      staff().moderate({ reviewIds: ids.slice(i, i + 4).reverse(), decision: 'approved' }),
      ...(i % 3 === 0 ? [staff().moderate({ reviewIds: [id], decision: 'rejected' as const, reason: 'x' })] : []),
      ...(i % 4 === 1 ? [as(people[i] as TestAccount).edit({ reviewId: id, rating: 5 })] : []),
      ...(i === 7 ? [as(people[i] as TestAccount).delete({ reviewId: id })] : []),
    ]);
    const results = await Promise.allSettled(calls);
    const codes = results.flatMap((each) =>
      each.status === 'rejected' ? [(each.reason.cause as DomainError).code] : [],
    );
    expect(codes.filter((code) => code !== 'review_not_found')).toEqual([]);
    const [row] = await query<{ milli: number | null; count: number; stars: number[] }>(
      runtime,
      `select round(avg(rating) * 1000)::int as milli, count(*)::int as count,
         array[count(*) filter (where rating = 1), count(*) filter (where rating = 2), count(*) filter (where rating = 3),
           count(*) filter (where rating = 4), count(*) filter (where rating = 5)]::int[] as stars
       from reviews where status = 'approved'`,
    );
    expect(await ratingOf()).toMatchObject({ rating_milli: row?.milli, rating_count: row?.count });
    expect(Object.values((await list()).stars)).toEqual(row?.stars);
  });

  test('bring products into collections that ask for them, and out again', async () => {
    const catalog = appRouter.createCaller(staffCtx(runtime)).catalog;
    const slug = `rated-${product.slug}`;
    const conditions = [{ field: 'rating' as const, atLeast: 4.5 }];
    await catalog.createCollection({ title: slug, slug, status: 'active', rules: { match: 'all', conditions } });
    const [set] = await query<{ id: string }>(runtime, `select id from collection_sets where state = 'building'`);
    await doJobs(runtime, 'collection.build', [{ id: 'x', data: { setId: set?.id } }]);
    const inside = async () =>
      (await shopper().catalog.products({ collection: slug })).items.some(({ id }) => id === product.id);
    expect(await inside()).toBe(false);
    await approved(5);
    expect(await inside()).toBe(true);
    await approved(1);
    expect(await inside()).toBe(false);
  });
});

describe('pages', () => {
  test.each(['newest', 'highest', 'lowest'] as const)('by %s have no gap and no repetition', async (sort) => {
    const ids = await approved(3, 5, 1, 5, 3, 1, 3);
    const stars = [3, 5, 1, 5, 3, 1, 3];
    const sorted = ids
      .map((id, i) => ({ id, rating: stars[i] ?? 0 }))
      .sort((a, b) => {
        const age = a.id < b.id ? 1 : -1;
        if (sort === 'newest') return age;
        return sort === 'highest' ? b.rating - a.rating || age : a.rating - b.rating || -age;
      });
    const seen: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await list({ sort, limit: 2, ...(cursor && { cursor }) });
      seen.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(sorted.map(({ id }) => id));
  });

  test('refuse a cursor that they did not give', async () => {
    for (const keys of ['"reviews:newest",9,"00000000-0000-7000-8000-000000000001"', '"reviews:lowest",1,"x"', '1']) {
      const cursor = Buffer.from(`[${keys}]`).toString('base64url');
      expect((await refusalOf(list({ cursor }))).code).toBe('cursor_invalid');
    }
  });
});

describe('staff', () => {
  test('decide many at once or none, with a reason to reject, and it is noted', async () => {
    const { id } = await write(await openAccount(runtime));
    const nobody = '00000000-0000-7000-8000-000000000000';
    const before = await everything();
    expect(await refusalOf(staff().moderate({ reviewIds: [id, nobody], decision: 'approved' }))).toEqual({
      code: 'review_not_found',
      details: { reviewId: nobody },
    });
    expect(await refusalOf(staff().moderate({ reviewIds: [id], decision: 'rejected' }))).toMatchObject({
      details: { issues: [{ pointer: '/reason', message: 'Say why' }] },
    });
    expect(await everything()).toBe(before);
    await staff().moderate({ reviewIds: [id, id], decision: 'rejected', reason: 'Rude' });
    const noted = await query(runtime, 'select action, detail from audit_log where target = $1', [`review:${id}`]);
    expect(noted).toEqual([{ action: 'review.rejected', detail: { was: 'pending', reason: 'Rude' } }]);
    const waiting = await staff().adminList({ status: 'pending', product: product.slug });
    expect(waiting.items).toEqual([]);
    expect((await staff().adminList({ product: product.slug })).items.map((each) => each.id)).toEqual([id]);
  });

  test('answer for all to read, and take it back', async () => {
    const [id] = await approved(2);
    await staff().reply({ reviewId: id ?? '', text: 'Sorry! <b>We</b> sent a new one.' });
    expect((await list()).items[0]?.reply).toEqual({ text: 'Sorry! We sent a new one.', at: runtime.clock.now() });
    await staff().reply({ reviewId: id ?? '', text: null });
    expect((await list()).items[0]?.reply).toBeNull();
  });
});

describe('markup', () => {
  test.each([
    ['<script>alert(1)</script>Good', 'alert(1)Good'],
    ['<<b>script>alert(1)</<b>script>', '‹script>alert(1)‹/script>'],
    ['<img src=x onerror=alert(1)', '‹img src=x onerror=alert(1)'],
    ['<!-- x --><?php', '‹!-- x -->‹?php'],
    ['I <3 it, 1 < 2 > 0', 'I <3 it, 1 < 2 > 0'],
    ['a\u202eb', 'ab'],
  ])('%j is kept as %j', (text, kept) => {
    expect(plainText(text)).toBe(kept);
    expect(plainText(plainText(text))).toBe(kept);
  });

  test('is taken out when it is written, and again when it is read', async () => {
    const [id] = await approved(5);
    await query(
      runtime,
      `update reviews set title = '<i>t', body = '<svg/onload=x>', display_name = '<a>N' where id = $1`,
      [id],
    );
    expect((await list()).items).toMatchObject([{ title: 't', text: '', displayName: 'N' }]);
    const ada = await openAccount(runtime);
    await write(ada, { title: '<b>B</b>old', text: '<script src=//x></script>ok' });
    const [row] = await query(runtime, 'select title, body from reviews where user_id = $1', [ada.id]);
    expect(row).toEqual({ title: 'Bold', body: 'ok' });
  });

  test('takes no longer than a text is long', () => {
    const begin = performance.now();
    for (const unit of ['<', '<a', '</', '<a ', '<<a>']) plainText(unit.repeat(100_000));
    expect(performance.now() - begin).toBeLessThan(500);
  });
});

test('an erased person’s reviews stay without the person, as bought as they were; what nobody saw is gone', async () => {
  const ada = await openAccount(runtime);
  const { id } = await write(ada, { rating: 5, displayName: 'Ada Lovelace' });
  await staff().moderate({ reviewIds: [id], decision: 'approved' });
  const other = await createTestProduct(runtime);
  await write(ada, { slug: other.slug, text: 'Never seen.' });
  const { account } = appRouter.createCaller(ctxOf(runtime, ada));
  const { reviews } = await account.exportData();
  expect(reviews.map(({ displayName, status }) => [displayName, status])).toEqual([
    ['Ada Lovelace', 'approved'],
    ['Ada', 'pending'],
  ]);
  await account.deleteAccount();
  expect(await query(runtime, 'select user_id, display_name, verified_purchase, body from reviews')).toEqual([
    { user_id: null, display_name: null, verified_purchase: false, body: 'Good.' },
  ]);
  expect(await list()).toMatchObject({ rating: { average: 5, count: 1 }, items: [{ displayName: null }] });
});
