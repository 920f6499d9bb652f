import { afterAll, beforeAll, expect, test } from 'vitest';
import { appRouter } from '../../../root.ts';
import { cancelOrder, fulfillOrder, placeOrder } from '../../../testing/calls.ts';
import { makeCtx } from '../../../testing/index.ts';
import { checkoutInput, guestCart, staffCtx, stockProduct } from '../../../testing/shop.ts';
import { openStripeShop, type StripeShop } from '../../../testing/stripe-shop.ts';
import { doJobs, query } from '../../../testing/tell-outbox.ts';
import { updateProduct } from '../update-product.ts';
import { countMissedOrders, countOrders } from './count-orders.ts';

let store: StripeShop;
beforeAll(async () => {
  store = await openStripeShop();
});
afterAll(() => store.dispose());

const soldOf = async (productId: string) => {
  const [row] = await query<{ units: number; listed: number }>(
    store.runtime,
    `select s.units::int as units, (select max(units_sold)::int from listing l where l.product_id = s.product_id) as listed
     from product_sales s where product_id = $1`,
    [productId],
  );
  return row ? [row.units, row.listed] : undefined;
};

async function order(items: { variantId: string; quantity: number }[]) {
  const { cart, ctx } = await guestCart(store.runtime, items);
  return (await placeOrder(ctx, checkoutInput(store.shop, cart))).order.id;
}

const ctx = () => makeCtx(store.runtime);

test('units are counted when an order is placed, once, and taken out when it is cancelled, once', async () => {
  const a = await stockProduct(store.runtime, { stock: 100 });
  const b = await stockProduct(store.runtime, { stock: 100 });
  const first = await order([
    { variantId: a.variantId, quantity: 3 },
    { variantId: b.variantId, quantity: 1 },
  ]);
  expect(await soldOf(a.productId)).toBeUndefined();
  await store.tellOutbox();
  const second = await order([{ variantId: a.variantId, quantity: 2 }]);
  await store.tellOutbox();
  expect([await soldOf(a.productId), await soldOf(b.productId)]).toEqual([
    [5, 5],
    [1, 1],
  ]);
  await countOrders(ctx(), [first, second, first]);
  expect(await soldOf(a.productId)).toEqual([5, 5]);
  await fulfillOrder(staffCtx(store.runtime), { orderId: second });
  await cancelOrder(staffCtx(store.runtime), { orderId: first });
  await store.tellOutbox();
  await countOrders(ctx(), [first, second]);
  expect([await soldOf(a.productId), await soldOf(b.productId)]).toEqual([
    [2, 2],
    [0, 0],
  ]);
});

test('an order that is cancelled before anybody hears of it is not counted, in whatever order its events come', async () => {
  const { productId, variantId } = await stockProduct(store.runtime, { stock: 100 });
  const id = await order([{ variantId, quantity: 4 }]);
  await cancelOrder(staffCtx(store.runtime), { orderId: id });
  const facts = await query<{ id: string; topic: 'order.placed' | 'order.cancelled' }>(
    store.runtime,
    `select id, topic from outbox where aggregate = $1 order by version desc`,
    [`order:${id}`],
  );
  expect(facts.map(({ topic }) => topic)).toEqual(['order.cancelled', 'order.placed']);
  for (const fact of facts) {
    await doJobs(store.runtime, fact.topic, [{ id: fact.id, data: { outboxId: fact.id } }]);
  }
  expect(await soldOf(productId)).toBeUndefined();
});

test('fifty orders of the same products that are counted and cancelled at once come out exactly', async () => {
  const a = await stockProduct(store.runtime, { stock: 1000 });
  const b = await stockProduct(store.runtime, { stock: 1000 });
  const ids: string[] = [];
  for (let i = 0; i < 50; i += 1) {
    const [one, two] = i % 2 ? [a, b] : [b, a];
    ids.push(
      await order([
        { variantId: one.variantId, quantity: 1 + (i % 3) },
        { variantId: two.variantId, quantity: 1 },
      ]),
    );
  }
  const edits = Array.from({ length: 10 }, (_, i) =>
    updateProduct(ctx(), { productId: a.productId, title: `Edited ${i}` }),
  );
  const counts = ids.flatMap((id, i) => [countOrders(ctx(), [id]), countOrders(ctx(), ids.slice(i, i + 3))]);
  const cancels = ids.slice(0, 20).map(async (orderId) => {
    await cancelOrder(staffCtx(store.runtime), { orderId });
    await countOrders(ctx(), [orderId]);
  });
  await Promise.all([...edits, ...counts, ...cancels]);
  for (const { productId } of [a, b]) {
    const [row] = await query<{ units: number }>(
      store.runtime,
      `select sum(quantity)::int as units from order_items i join orders o on o.id = i.order_id
       where product_id = $1 and status = 'confirmed'`,
      [productId],
    );
    expect(await soldOf(productId)).toEqual([row?.units, row?.units]);
  }
});

test('what was told to nobody is counted by housekeeping', async () => {
  const { productId, variantId } = await stockProduct(store.runtime, { stock: 100 });
  await order([{ variantId, quantity: 7 }]);
  await query(store.runtime, 'update outbox set delivered_at = now() where delivered_at is null');
  expect(await countMissedOrders(ctx())).toBe(1);
  expect(await soldOf(productId)).toEqual([7, 7]);
  expect(await countMissedOrders(ctx())).toBe(0);
});

test('lists by units sold are in that order, page by page, in one statement each', async () => {
  const api = appRouter.createCaller(makeCtx(store.runtime)).catalog;
  const expected = await query<{ id: string }>(
    store.runtime,
    `select p.id from products p left join product_sales s on s.product_id = p.id
     order by coalesce(s.units, 0) desc, p.id desc`,
  );
  expect(expected.length).toBeGreaterThan(5);
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    store.runtime.takeStatements();
    const page = await api.products({ sort: 'best-selling', limit: 2, ...(cursor && { cursor }) });
    expect(store.runtime.takeStatements()).toHaveLength(1);
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor);
  expect(seen).toEqual(expected.map(({ id }) => id));
  await doJobs(store.runtime, 'search.maintain', [{ id: 'x', data: null }]);
  const found = await appRouter
    .createCaller(makeCtx(store.runtime))
    .search.products({ sort: 'best-selling', limit: 2 });
  expect(found.items.map(({ id }) => id)).toEqual(seen.slice(0, 2));
});
