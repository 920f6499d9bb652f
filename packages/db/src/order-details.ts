import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { OrderComponent, OrderStatus } from './orders.ts';
import type { Reader } from './types.ts';

/** An order with everything that is shown of it. Dates inside the JSON lists are ISO 8601 texts. */
export interface OrderDetails {
  id: string;
  number: number;
  cartId: string;
  customerId: string | null;
  email: string;
  status: OrderStatus;
  currency: string;
  pricesIncludeTax: boolean;
  subtotalMinor: number;
  discountMinor: number;
  shippingMinor: number;
  taxMinor: number;
  totalMinor: number;
  shippingAddress: Record<string, string>;
  billingAddress: Record<string, string>;
  /** Null, like its name, when nothing of the order is shipped. */
  shippingMethodId: string | null;
  shippingMethodName: string | null;
  test: boolean;
  version: number;
  placedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
  items: {
    id: string;
    variantId: string;
    productId: string;
    sku: string;
    title: string;
    options: Record<string, string>;
    imageUrl: string | null;
    unitPriceMinor: number;
    quantity: number;
    fulfilledQuantity: number;
    subtotalMinor: number;
    taxRatePpm: number;
    taxMinor: number;
    totalMinor: number;
    components: OrderComponent[];
  }[];
  payments: {
    id: string;
    provider: string;
    status: string;
    amountMinor: number;
    capturedMinor: number;
    superseded: boolean;
    refundedMinor: number;
    failureCode: string | null;
    createdAt: string;
  }[];
  fulfillments: {
    id: string;
    status: string;
    carrier: string | null;
    trackingNumber: string | null;
    shippedAt: string | null;
  }[];
  timeline: {
    version: number;
    event: string;
    status: string;
    actor: { kind: string; userId?: string; name?: string };
    at: string;
  }[];
}

const DETAILS = sql`
  o.id, o.number, o.cart_id, o.customer_id, o.email, o.status, o.currency, o.prices_include_tax, o.subtotal_minor,
  o.discount_minor, o.shipping_minor, o.tax_minor, o.total_minor, o.shipping_address, o.billing_address,
  o.shipping_method_id, o.shipping_method_name, o.test, o.version, o.placed_at, o.created_at, o.updated_at,
  (
    select coalesce(json_agg(json_build_object(
      'id', i.id, 'variantId', i.variant_id, 'productId', i.product_id, 'sku', i.sku, 'title', i.title,
      'options', i.options, 'imageUrl', i.image_url, 'unitPriceMinor', i.unit_price_minor, 'quantity', i.quantity,
      'fulfilledQuantity', i.fulfilled_quantity, 'subtotalMinor', i.subtotal_minor, 'taxRatePpm', i.tax_rate_ppm,
      'taxMinor', i.tax_minor, 'totalMinor', i.total_minor, 'components', i.components
    ) order by i.position), '[]') from order_items i where i.order_id = o.id
  ) as items,
  (
    select coalesce(json_agg(json_build_object(
      'id', p.id, 'provider', p.provider, 'status', p.status, 'amountMinor', p.amount_minor,
      'capturedMinor', p.captured_minor, 'superseded', p.superseded, 'failureCode', p.failure_code, 'createdAt', p.created_at,
      'refundedMinor', (
        select coalesce(sum(r.amount_minor), 0)::bigint from refunds r where r.payment_id = p.id and r.status = 'succeeded'
          and p.captured_minor > 0
      )
    ) order by p.created_at, p.id), '[]') from payments p where p.order_id = o.id
  ) as payments,
  (
    select coalesce(json_agg(json_build_object(
      'id', f.id, 'status', f.status, 'carrier', f.carrier, 'trackingNumber', f.tracking_number, 'shippedAt', f.shipped_at
    ) order by f.created_at, f.id), '[]') from fulfillments f where f.order_id = o.id
  ) as fulfillments,
  (
    select coalesce(json_agg(json_build_object(
      'version', h.version, 'event', h.event, 'status', h.to_status, 'actor', h.actor, 'at', h.at
    ) order by h.version), '[]') from order_history h where h.order_id = o.id
  ) as timeline
`;

export async function findOrderDetails(reader: Reader, query: { id: string }): Promise<OrderDetails | undefined> {
  const { rows } = await sql<OrderDetails>`
    select ${DETAILS} from orders o where o.id = ${query.id}
  `.execute(sqlOf(reader));
  return rows[0];
}

/** The orders of these ids, in no order. */
export async function listOrderDetailsById(reader: Reader, query: { ids: readonly string[] }): Promise<OrderDetails[]> {
  const { rows } = await sql<OrderDetails>`
    select ${DETAILS} from orders o where o.id = any(${query.ids}::uuid[])
  `.execute(sqlOf(reader));
  return rows;
}

/**
 * Everything that a person has ordered, never paid or not, oldest first, after the order `afterId`: under an account,
 * and, where `email` is given, as a guest with that address.
 */
export async function listOrderDetailsOfPerson(
  reader: Reader,
  query: { customerId: string; email: string | null; afterId: string | null; limit: number },
): Promise<OrderDetails[]> {
  const { customerId, email, afterId, limit } = query;
  const { rows } = await sql<OrderDetails>`
    select ${DETAILS} from orders o
    where o.id in (
      select id from orders where customer_id = ${customerId}
      union all
      select id from orders where customer_id is null and lower(email) = ${email}
    ) and (${afterId}::uuid is null or o.id > ${afterId}::uuid)
    order by o.id
    limit ${limit}
  `.execute(sqlOf(reader));
  return rows;
}

/** Orders, newest first, after the row `after`. Without `status`, a customer's list leaves out what was never placed. */
export async function listOrderDetails(
  reader: Reader,
  query: {
    customerId: string | null;
    status: OrderStatus | null;
    number: number | null;
    after: { createdAt: Date; id: string } | null;
    limit: number;
  },
): Promise<OrderDetails[]> {
  const { customerId, status, number, after, limit } = query;
  const { rows } = await sql<OrderDetails>`
    select ${DETAILS} from orders o
    where (${customerId}::uuid is null or (o.customer_id = ${customerId}::uuid and o.placed_at is not null))
      and (${status}::text is null or o.status = ${status})
      and (${number}::bigint is null or o.number = ${number})
      and (${after?.id ?? null}::uuid is null
        or (o.created_at, o.id) < (${after?.createdAt ?? null}::timestamptz, ${after?.id ?? null}::uuid))
    order by o.created_at desc, o.id desc
    limit ${limit}
  `.execute(sqlOf(reader));
  return rows;
}
