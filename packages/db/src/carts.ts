import { sql } from 'kysely';
import { availableUnits, isSellable, isShipped, type StockPart, stockParts } from './availability.ts';
import { sqlOf } from './handle.ts';
import type { OrderComponent, OrderStatus } from './orders.ts';
import type { Reader, Tx } from './types.ts';

/*
 * The order of locks. The cart's row is the mutex of the cart and of the order, payments and fulfillments that
 * came of it: whoever changes one of these locks the cart first and reads the rest in a later statement, whose
 * snapshot sees what the previous holder committed. Stock levels come after it, by (variant_id, location_id).
 */

export type CartStatus = 'open' | 'completed';

export interface CartRow {
  id: string;
  tokenHash: string | null;
  customerId: string | null;
  currency: string;
  status: CartStatus;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** A line with what the catalog and the stock say of it now. Amounts in minor units of the cart's currency. */
export interface CartLine {
  id: string;
  variantId: string;
  productId: string;
  slug: string;
  sku: string;
  title: string;
  options: Record<string, string>;
  imageUrl: string | null;
  quantity: number;
  /** The unit price when the line was last written. */
  seenPriceMinor: number;
  /** Null when the variant has no price in the cart's currency any more. */
  priceMinor: number | null;
  /** False when product or variant is not sold now. */
  sellable: boolean;
  /** Units that can still be sold, whatever else is in the cart. */
  available: number;
  /** What one unit takes from stock. */
  parts: StockPart[];
  /** Whether it is shipped at all. */
  shipped: boolean;
  /** What one unit of a bundle is made of. */
  components: OrderComponent[];
  taxClass: string;
  taxRatePpm: number;
}

/** The order that a cart has already been made into, paid or not. */
export interface CartOrder {
  id: string;
  number: number;
  status: OrderStatus;
  currency: string;
  totalMinor: number;
  cartVersion: number;
  email: string;
  shippingAddress: unknown;
  billingAddress: unknown;
  /** Null when nothing of it is shipped. */
  shippingMethodId: string | null;
}

export interface CartContents extends CartRow {
  order: CartOrder | null;
  pricesIncludeTax: boolean;
  /** The country that tax is computed for. */
  taxCountry: string;
  lines: CartLine[];
}

const CART_COLUMNS = [
  'id',
  'tokenHash',
  'customerId',
  'currency',
  'status',
  'version',
  'createdAt',
  'updatedAt',
] as const;

/** Inserts a cart with its first lines, at most one a variant, in one statement. */
export async function insertCart(tx: Tx, cart: CartRow, rows: CartItemRow[]): Promise<void> {
  await sql`
    with cart as (
      insert into carts (id, token_hash, customer_id, currency, status, version, created_at, updated_at)
      values (${cart.id}, ${cart.tokenHash}, ${cart.customerId}, ${cart.currency}, ${cart.status}, ${cart.version},
        ${cart.createdAt}, ${cart.updatedAt})
    )
    insert into cart_items (id, cart_id, variant_id, quantity, seen_price_minor, created_at)
    select id, ${cart.id}::uuid, variant_id, quantity, seen_price_minor, ${cart.createdAt}::timestamptz
    from ${itemsOf(rows)}
  `.execute(sqlOf(tx));
}

export async function findCart(reader: Reader, query: { id: string }): Promise<CartRow | undefined> {
  const row = await sqlOf(reader)
    .selectFrom('carts')
    .select(CART_COLUMNS)
    .where('id', '=', query.id)
    .executeTakeFirst();
  return row as CartRow | undefined;
}

/** Locks the cart; the mutex of everything that comes of it. */
export async function lockCart(tx: Tx, query: { id: string }): Promise<CartRow | undefined> {
  const row = await sqlOf(tx)
    .selectFrom('carts')
    .select(CART_COLUMNS)
    .where('id', '=', query.id)
    .forUpdate()
    .executeTakeFirst();
  return row as CartRow | undefined;
}

/** Locks the cart that an order came from. False when there is no such order. */
export async function lockCartOfOrder(tx: Tx, query: { orderId: string }): Promise<boolean> {
  const { rows } = await sql`
    select c.id from carts c join orders o on o.cart_id = c.id where o.id = ${query.orderId} for update of c
  `.execute(sqlOf(tx));
  return rows.length === 1;
}

/** Counts a change to an open cart, which also locks it. Zero rows mean it is not open. */
export async function saveCartVersion(tx: Tx, cart: { id: string; updatedAt: Date }): Promise<CartRow | undefined> {
  const row = await sqlOf(tx)
    .updateTable('carts')
    .set((eb) => ({ version: eb('version', '+', 1), updatedAt: cart.updatedAt }))
    .where('id', '=', cart.id)
    .where('status', '=', 'open')
    .returning(CART_COLUMNS)
    .executeTakeFirst();
  return row as CartRow | undefined;
}

export async function saveCartCompleted(tx: Tx, cart: { id: string; updatedAt: Date }): Promise<void> {
  await sqlOf(tx)
    .updateTable('carts')
    .set({ status: 'completed', updatedAt: cart.updatedAt })
    .where('id', '=', cart.id)
    .where('status', '=', 'open')
    .execute();
}

export interface CartItemRow {
  id: string;
  variantId: string;
  quantity: number;
  seenPriceMinor: number;
}

/** The lines as a relation `r`; arrays, so that any number of them is one prepared statement. */
const itemsOf = (rows: CartItemRow[]) => sql`
  unnest(
    ${rows.map((row) => row.id)}::uuid[],
    ${rows.map((row) => row.variantId)}::uuid[],
    ${rows.map((row) => row.quantity)}::integer[],
    ${rows.map((row) => row.seenPriceMinor)}::bigint[]
  ) as r (id, variant_id, quantity, seen_price_minor)
`;

/** Adds lines; a variant that is there already gets the units on top. */
export async function insertCartItems(
  tx: Tx,
  items: { cartId: string; createdAt: Date; rows: CartItemRow[] },
): Promise<void> {
  const { cartId, createdAt, rows } = items;
  await sql`
    insert into cart_items as i (id, cart_id, variant_id, quantity, seen_price_minor, created_at)
    select r.id, ${cartId}, r.variant_id, r.quantity, r.seen_price_minor, ${createdAt}
    from ${itemsOf(rows)}
    on conflict (cart_id, variant_id) do update
      set quantity = i.quantity + excluded.quantity, seen_price_minor = excluded.seen_price_minor
  `.execute(sqlOf(tx));
}

export async function saveCartItem(
  tx: Tx,
  item: { cartId: string; id: string; quantity: number; seenPriceMinor: number },
): Promise<void> {
  await sqlOf(tx)
    .updateTable('cartItems')
    .set({ quantity: item.quantity, seenPriceMinor: item.seenPriceMinor })
    .where('id', '=', item.id)
    .where('cartId', '=', item.cartId)
    .execute();
}

export async function deleteCartItem(tx: Tx, item: { cartId: string; id: string }): Promise<boolean> {
  const result = await sqlOf(tx)
    .deleteFrom('cartItems')
    .where('id', '=', item.id)
    .where('cartId', '=', item.cartId)
    .executeTakeFirst();
  return result.numDeletedRows === 1n;
}

/** A line of a cart as the stock sees it. */
export interface CartUnits {
  itemId: string;
  variantId: string;
  quantity: number;
  /** What one unit takes from stock. */
  parts: StockPart[];
}

/** All lines of a cart, whose number is limited. */
export async function listCartUnits(reader: Reader, query: { cartId: string }): Promise<CartUnits[]> {
  const { rows } = await sql<CartUnits>`
    select i.id as item_id, i.variant_id, i.quantity, ${stockParts('v')} as parts
    from cart_items i join variants v on v.id = i.variant_id
    where i.cart_id = ${query.cartId}
    order by i.created_at, i.id
  `.execute(sqlOf(reader));
  return rows;
}

/** What one unit of a bundle `v` is made of. */
const COMPONENTS = sql`case when v.is_bundle then coalesce((
  select json_agg(json_build_object('variantId', k.id, 'sku', k.sku, 'title', kp.title, 'options', k.options,
    'quantity', b.quantity) order by b.position, k.id)
  from variant_components b join variants k on k.id = b.component_id join products kp on kp.id = k.product_id
  where b.bundle_id = v.id
), '[]') else '[]' end`;

/**
 * The cart and its lines as they are at `now`, in one statement: current price, stock, and the tax rate of
 * `country` (the store's own when null).
 */
export async function findCartContents(
  reader: Reader,
  query: { id: string; country: string | null; now: Date },
): Promise<CartContents | undefined> {
  const { rows } = await sql<CartContents>`
    select c.id, c.token_hash, c.customer_id, c.currency, c.status, c.version, c.created_at, c.updated_at,
      (
        select json_build_object('id', o.id, 'number', o.number, 'status', o.status, 'currency', o.currency,
          'totalMinor', o.total_minor, 'cartVersion', o.cart_version, 'email', o.email,
          'shippingAddress', o.shipping_address, 'billingAddress', o.billing_address,
          'shippingMethodId', o.shipping_method_id)
        from orders o where o.cart_id = c.id
      ) as "order",
      sc.prices_include_tax, coalesce(${query.country}::text, s.country) as tax_country,
      (
        select coalesce(json_agg(json_build_object(
          'id', i.id, 'variantId', v.id, 'productId', p.id, 'slug', p.slug, 'sku', v.sku, 'title', p.title,
          'options', v.options, 'imageUrl', coalesce(v.images -> 0 ->> 'url', p.images -> 0 ->> 'url'),
          'quantity', i.quantity, 'seenPriceMinor', i.seen_price_minor, 'priceMinor', pr.amount_minor,
          'sellable', ${isSellable({ product: 'p', variant: 'v', at: query.now })}, 'taxClass', p.tax_class,
          'taxRatePpm', coalesce(t.rate_ppm, 0), 'available', ${availableUnits('v')}, 'parts', ${stockParts('v')},
          'shipped', ${isShipped({ product: 'p', variant: 'v' })}, 'components', ${COMPONENTS}
        ) order by i.created_at, i.id), '[]')
        from cart_items i
        join variants v on v.id = i.variant_id
        join products p on p.id = v.product_id
        left join prices pr on pr.variant_id = v.id and pr.currency = c.currency
        left join tax_rates t on t.tax_class = p.tax_class and t.country = coalesce(${query.country}::text, s.country)
        where i.cart_id = c.id
      ) as lines
    from carts c
    join store_currencies sc on sc.code = c.currency
    cross join store_settings s
    where c.id = ${query.id}
  `.execute(sqlOf(reader));
  return rows[0];
}

/** Carts of an account that have become no order; newest first, at most `limit`. */
export async function listOpenCartIds(reader: Reader, query: { customerId: string; limit: number }): Promise<string[]> {
  const rows = await sqlOf(reader)
    .selectFrom('carts')
    .select('id')
    .where('customerId', '=', query.customerId)
    .where('status', '=', 'open')
    .orderBy('id', 'desc')
    .limit(query.limit)
    .execute();
  return rows.map(({ id }) => id);
}

/** Locks the carts of an account, the mutexes of all that comes of them. */
export async function lockCustomerCarts(tx: Tx, query: { customerId: string }): Promise<void> {
  await sqlOf(tx)
    .selectFrom('carts')
    .select('id')
    .where('customerId', '=', query.customerId)
    .orderBy('id')
    .forUpdate()
    .execute();
}

/**
 * Deletes the carts of an account with what is in them; those that an order came of stay, since it names them. Lock
 * them first: an order that is being made of one is not seen otherwise.
 */
export async function deleteCustomerCarts(tx: Tx, query: { customerId: string }): Promise<void> {
  await sqlOf(tx)
    .deleteFrom('carts')
    .where('customerId', '=', query.customerId)
    .where(({ not, exists, selectFrom }) =>
      not(exists(selectFrom('orders').select('id').whereRef('orders.cartId', '=', 'carts.id'))),
    )
    .execute();
}
