import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

export type OrderStatus = 'pending' | 'confirmed' | 'completed' | 'cancelled';

/** What an order says, apart from its lines. Amounts in minor units of its currency. */
export interface OrderSnapshot {
  cartVersion: number;
  customerId: string | null;
  email: string;
  currency: string;
  pricesIncludeTax: boolean;
  subtotalMinor: number;
  shippingMinor: number;
  shippingTaxMinor: number;
  shippingTaxRatePpm: number;
  taxMinor: number;
  totalMinor: number;
  taxRounding: 'half-up-per-line';
  shippingAddress: object;
  billingAddress: object;
  /** Null, like its name, when nothing of the order is shipped. */
  shippingMethodId: string | null;
  shippingMethodName: string | null;
  test: boolean;
}

/** A variant that a bundle was made of when it was ordered. */
export interface OrderComponent {
  variantId: string;
  sku: string;
  title: string;
  options: Record<string, string>;
  /** Units of it in one unit of the bundle. */
  quantity: number;
}

export interface OrderItemRow {
  id: string;
  position: number;
  variantId: string;
  productId: string;
  sku: string;
  title: string;
  options: Record<string, string>;
  imageUrl: string | null;
  taxClass: string;
  unitPriceMinor: number;
  quantity: number;
  subtotalMinor: number;
  taxRatePpm: number;
  taxMinor: number;
  totalMinor: number;
  /** Of one unit of a bundle; empty for anything else. */
  components: OrderComponent[];
}

function snapshotValues(snapshot: OrderSnapshot) {
  return {
    ...snapshot,
    shippingAddress: JSON.stringify(snapshot.shippingAddress),
    billingAddress: JSON.stringify(snapshot.billingAddress),
  };
}

/** Lines travel as one JSON array, so that any number of them is one prepared statement. */
const itemsOf = (order: { id: string; items: OrderItemRow[] }) => sql`
  insert into order_items (id, order_id, position, variant_id, product_id, sku, title, options, image_url, tax_class,
    unit_price_minor, quantity, subtotal_minor, tax_rate_ppm, tax_minor, total_minor, components)
  select i.id, ${order.id}::uuid, i.position, i."variantId", i."productId", i.sku, i.title, i.options, i."imageUrl",
    i."taxClass", i."unitPriceMinor", i.quantity, i."subtotalMinor", i."taxRatePpm", i."taxMinor", i."totalMinor",
    i.components
  from jsonb_to_recordset(${JSON.stringify(order.items)}::jsonb) as i (id uuid, position int, "variantId" uuid,
    "productId" uuid, sku text, title text, options jsonb, "imageUrl" text, "taxClass" text, "unitPriceMinor" bigint,
    quantity int, "subtotalMinor" bigint, "taxRatePpm" int, "taxMinor" bigint, "totalMinor" bigint, components jsonb)
`;

/** Inserts a pending order with its lines and the first row of its timeline, in one statement. Answers its number. */
export async function insertOrder(
  tx: Tx,
  order: { id: string; cartId: string; snapshot: OrderSnapshot; items: OrderItemRow[]; actor: object; at: Date },
): Promise<{ number: number }> {
  const { id, cartId, at, snapshot: s } = order;
  const { rows } = await sql<{ number: number }>`
    with created as (
      insert into orders (id, cart_id, cart_version, customer_id, email, status, currency, prices_include_tax,
        subtotal_minor, shipping_minor, shipping_tax_minor, shipping_tax_rate_ppm, tax_minor, total_minor, tax_rounding,
        shipping_address, billing_address, shipping_method_id, shipping_method_name, test, created_at, updated_at)
      values (${id}, ${cartId}, ${s.cartVersion}, ${s.customerId}, ${s.email}, 'pending', ${s.currency},
        ${s.pricesIncludeTax}, ${s.subtotalMinor}, ${s.shippingMinor}, ${s.shippingTaxMinor}, ${s.shippingTaxRatePpm},
        ${s.taxMinor}, ${s.totalMinor}, ${s.taxRounding}, ${JSON.stringify(s.shippingAddress)},
        ${JSON.stringify(s.billingAddress)}, ${s.shippingMethodId}, ${s.shippingMethodName}, ${s.test}, ${at}, ${at})
      returning number
    ), history as (
      insert into order_history (order_id, version, event, from_status, to_status, actor, at)
      values (${id}, 1, 'created', null, 'pending', ${JSON.stringify(order.actor)}, ${at})
    ), items as (${itemsOf(order)})
    select number from created
  `.execute(sqlOf(tx));
  const number = rows[0]?.number;
  if (number === undefined) throw new Error('The order was not inserted');
  return { number };
}

/** Takes a pending order's lines and totals anew from its cart. */
export async function saveOrderSnapshot(
  tx: Tx,
  order: { id: string; snapshot: OrderSnapshot; items: OrderItemRow[]; at: Date },
): Promise<void> {
  await sqlOf(tx)
    .updateTable('orders')
    .set({ ...snapshotValues(order.snapshot), updatedAt: order.at })
    .where('id', '=', order.id)
    .where('status', '=', 'pending')
    .execute();
  await sqlOf(tx).deleteFrom('orderItems').where('orderId', '=', order.id).execute();
  await itemsOf(order).execute(sqlOf(tx));
}

export interface OrderTransition {
  id: string;
  event: string;
  from: OrderStatus;
  to: OrderStatus;
  actor: object;
  detail?: object;
  at: Date;
  /** The fact that is announced with it. */
  outbox: { id: string; topic: string; payload: object };
}

/**
 * Moves an order along one edge: its state, its timeline and its announcement change together or not at all.
 * False when the order is not in `from` any more.
 */
export async function transitionOrder(tx: Tx, move: OrderTransition): Promise<boolean> {
  const { rows } = await sql<{ version: number }>`
    with moved as (
      update orders set status = ${move.to}, version = version + 1, updated_at = ${move.at},
        placed_at = case when ${move.to}::text = 'confirmed' then ${move.at}::timestamptz else placed_at end
      where id = ${move.id} and status = ${move.from}
      returning id, version
    ), history as (
      insert into order_history (order_id, version, event, from_status, to_status, actor, detail, at)
      select id, version, ${move.event}, ${move.from}, ${move.to}, ${JSON.stringify(move.actor)}::jsonb,
        ${JSON.stringify(move.detail ?? {})}::jsonb, ${move.at}::timestamptz
      from moved
    ), announced as (
      insert into outbox (id, aggregate, version, topic, payload, created_at)
      select ${move.outbox.id}::uuid, 'order:' || id, version, ${move.outbox.topic},
        ${JSON.stringify(move.outbox.payload)}::jsonb, ${move.at}::timestamptz
      from moved
    )
    select version from moved
  `.execute(sqlOf(tx));
  return rows.length === 1;
}

/** Marks every line of an order as shipped in one fulfillment. */
export async function insertFulfillment(
  tx: Tx,
  fulfillment: { id: string; orderId: string; carrier: string | null; trackingNumber: string | null; at: Date },
): Promise<void> {
  const { id, orderId, carrier, trackingNumber, at } = fulfillment;
  await sql`
    with shipment as (
      insert into fulfillments (id, order_id, status, carrier, tracking_number, created_at, shipped_at)
      values (${id}, ${orderId}, 'shipped', ${carrier}, ${trackingNumber}, ${at}, ${at})
    ), open_lines as (
      select id, quantity - fulfilled_quantity as quantity from order_items
      where order_id = ${orderId} and fulfilled_quantity < quantity
    ), lines as (
      insert into fulfillment_items (fulfillment_id, order_item_id, quantity)
      select ${id}::uuid, id, quantity from open_lines
    )
    update order_items i set fulfilled_quantity = i.quantity from open_lines o where i.id = o.id
  `.execute(sqlOf(tx));
}

/** What the decisions about an order need, without its lines. */
export interface OrderHead {
  id: string;
  number: number;
  cartId: string;
  cartVersion: number;
  customerId: string | null;
  email: string;
  status: OrderStatus;
  currency: string;
  totalMinor: number;
  test: boolean;
}

const HEAD_COLUMNS = [
  'id',
  'number',
  'cartId',
  'cartVersion',
  'customerId',
  'email',
  'status',
  'currency',
  'totalMinor',
  'test',
] as const;

export async function findOrderHead(reader: Reader, query: { id: string }): Promise<OrderHead | undefined> {
  const row = await sqlOf(reader)
    .selectFrom('orders')
    .select(HEAD_COLUMNS)
    .where('id', '=', query.id)
    .executeTakeFirst();
  return row as OrderHead | undefined;
}

/** An order that somebody placed without an account. Amounts in minor units of its currency. */
export interface GuestOrderRow {
  id: string;
  number: number;
  currency: string;
  totalMinor: number;
  placedAt: Date;
}

/** Orders that guests have placed with an address, newest first. */
export async function listGuestOrders(
  reader: Reader,
  query: { email: string; limit: number },
): Promise<GuestOrderRow[]> {
  const rows = await sqlOf(reader)
    .selectFrom('orders')
    .select(['id', 'number', 'currency', 'totalMinor', 'placedAt'])
    .where('customerId', 'is', null)
    .where(({ fn }) => fn('lower', ['email']), '=', query.email)
    .where('placedAt', 'is not', null)
    .orderBy('createdAt', 'desc')
    .orderBy('id', 'desc')
    .limit(query.limit)
    .execute();
  return rows as GuestOrderRow[];
}

/**
 * Gives guests' orders to the account whose proven address they were placed with; one that it has already counts too.
 * Answers how many it has now. The account is held, so that an address that is being changed, or an account that is
 * being erased, comes before or after.
 */
export async function saveOrdersClaimed(
  tx: Tx,
  claim: { userId: string; ids: readonly string[]; at: Date },
): Promise<number> {
  const { rows } = await sql`
    with owner as (
      select id, email from users
      where id = ${claim.userId} and status = 'active' and email_verified_at is not null
      for share
    )
    update orders o
    set customer_id = owner.id, updated_at = case when o.customer_id is null then ${claim.at} else o.updated_at end
    from owner
    where o.id = any(${claim.ids}::uuid[]) and o.placed_at is not null
      and (o.customer_id = owner.id or (o.customer_id is null and lower(o.email) = owner.email))
    returning o.id
  `.execute(sqlOf(tx));
  return rows.length;
}

/** Gives the orders that guests have begun with an address to an account that is to be erased with them. */
export async function saveGuestOrdersOf(tx: Tx, owner: { customerId: string; email: string }): Promise<void> {
  await sqlOf(tx)
    .updateTable('orders')
    .set({ customerId: owner.customerId })
    .where('customerId', 'is', null)
    .where(({ fn }) => fn('lower', ['email']), '=', owner.email)
    .execute();
}

/** What tax asks of an address: the country, and of a postal code what no single house has. */
const withoutPerson = (column: 'shipping_address' | 'billing_address') => {
  const address = sql.ref(column);
  return sql`jsonb_build_object(
    'firstName', 'erased', 'lastName', 'erased', 'line1', 'erased', 'city', 'erased', 'country', ${address} ->> 'country',
    'postalCode', left(${address} ->> 'postalCode', greatest(1, least(3, length(${address} ->> 'postalCode') - 2)))
  )`;
};

/**
 * Takes the person out of a customer's orders that have ended; amounts, lines and dates stay. Answers how many are still
 * to be delivered or paid, and keep their address for that.
 */
export async function saveOrdersWithoutPerson(
  tx: Tx,
  query: { customerId: string; email: string; at: Date },
): Promise<number> {
  const { customerId, email, at } = query;
  await sql`
    update orders set email = ${email}, updated_at = ${at}, shipping_address = ${withoutPerson('shipping_address')},
      billing_address = ${withoutPerson('billing_address')}
    where customer_id = ${customerId} and status in ('completed', 'cancelled') and email <> ${email}
  `.execute(sqlOf(tx));
  const { rows } = await sql<{ open: number }>`
    select count(*)::int as open from orders where customer_id = ${customerId} and email <> ${email}
  `.execute(sqlOf(tx));
  return rows[0]?.open ?? 0;
}

/** What an order takes from stock: its lines, bundles as their components, each variant once, in order of id. */
export async function listOrderUnits(
  reader: Reader,
  query: { orderId: string },
): Promise<{ variantId: string; quantity: number }[]> {
  const { rows } = await sql<{ variantId: string; quantity: number }>`
    select u.variant_id, sum(u.quantity)::bigint as quantity
    from (
      select variant_id, quantity from order_items where order_id = ${query.orderId} and components = '[]'
      union all
      select c."variantId", i.quantity::bigint * c.quantity
      from order_items i
      cross join jsonb_to_recordset(i.components) as c ("variantId" uuid, quantity integer)
      where i.order_id = ${query.orderId}
    ) u
    join variants v on v.id = u.variant_id and v.track_stock
    group by u.variant_id
    order by u.variant_id
  `.execute(sqlOf(reader));
  return rows;
}
