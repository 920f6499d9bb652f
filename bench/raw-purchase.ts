import pg from 'pg';
import { cpuMicros } from './processes.ts';

export interface RawResult {
  transactions: number;
  seconds: number;
  /** CPU a transaction, of this process and of PostgreSQL. */
  clientMicros: number;
  databaseMicros: number;
}

/**
 * What PostgreSQL and its driver cost by themselves: transactions of 13 prepared statements between `begin` and
 * `commit` that write the rows of a purchase, in a loop. Prints a `RawResult`.
 */
const { url, seconds, poolSize, concurrency, variantIds } = JSON.parse(process.argv[2] ?? '') as {
  url: string;
  seconds: number;
  poolSize: number;
  concurrency: number;
  variantIds: string[];
};
const pool = new pg.Pool({ connectionString: url, max: poolSize });
const backends: number[] = [];
pool.on('connect', (client) => void backends.push((client as unknown as { processID: number }).processID));
const ADDRESS = JSON.stringify({
  firstName: 'Ada',
  lastName: 'Bench',
  line1: 'Speicherstr. 1',
  city: 'Hamburg',
  postalCode: '20457',
  country: 'DE',
});
const GUEST = JSON.stringify({ kind: 'guest' });

const SQL = {
  cart: `insert into carts (id, token_hash, currency, created_at, updated_at)
    values (uuidv7(), repeat('0', 64), 'USD', now(), now()) returning id`,
  cartItem: `insert into cart_items (id, cart_id, variant_id, quantity, seen_price_minor, created_at)
    values (uuidv7(), $1, $2, 1, 0, now())`,
  lockCart: 'select id, version, status from carts where id = $1 for update',
  line: `select v.id, v.product_id, v.sku, p.title, p.tax_class, c.amount_minor::int as price
    from variants v join products p on p.id = v.product_id
    join prices c on c.variant_id = v.id and c.currency = 'USD' where v.id = $1`,
  shipping: `select m.id, m.name, p.price_minor::int as price from shipping_methods m
    join shipping_method_prices p on p.shipping_method_id = m.id and p.currency = 'USD' order by m.position limit 1`,
  stock: `update stock_levels set reserved = reserved + 1
    where variant_id = $1 and on_hand - reserved >= 1 returning location_id`,
  order: `insert into orders (id, cart_id, cart_version, email, status, currency, prices_include_tax, subtotal_minor,
      shipping_minor, shipping_tax_minor, shipping_tax_rate_ppm, tax_minor, total_minor, tax_rounding, shipping_address,
      billing_address, shipping_method_id, shipping_method_name, placed_at, created_at, updated_at)
    values (uuidv7(), $1, 1, 'bench@example.com', 'confirmed', 'USD', false, $2, $3, 0, 0, 0, $2::bigint + $3::bigint,
      'half-up-per-line', $4, $4, $5, $6, now(), now(), now()) returning id, number`,
  orderItem: `insert into order_items (id, order_id, position, variant_id, product_id, sku, title, options, tax_class,
      unit_price_minor, quantity, subtotal_minor, tax_rate_ppm, tax_minor, total_minor)
    values (uuidv7(), $1, 0, $2, $3, $4, $5, '{}', $6, $7, 1, $7, 0, 0, $7)`,
  history: `insert into order_history (order_id, version, event, to_status, actor, at)
    values ($1, 1, 'placed', 'confirmed', $2, now())`,
  reservation: `insert into reservations (id, order_id, variant_id, location_id, quantity, state, created_at, updated_at)
    values (uuidv7(), $1, $2, $3, 1, 'allocated', now(), now())`,
  payment: `insert into payments (id, order_id, provider, amount_minor, currency, status, created_at, updated_at)
    values (uuidv7(), $1, 'manual', $2, 'USD', 'authorized', now(), now())`,
  complete: `update carts set status = 'completed', version = version + 1, updated_at = now() where id = $1`,
  outbox: `insert into outbox (id, aggregate, version, topic, payload, created_at)
    values (uuidv7(), 'order:' || $1::text, 1, 'order.placed', jsonb_build_object('orderId', $1::text), now())`,
};

async function purchase(client: pg.PoolClient, variantId: string): Promise<void> {
  const query = async (name: keyof typeof SQL, values: unknown[]): Promise<Record<string, unknown>> => {
    const { rows } = await client.query<Record<string, unknown>>({ name, text: SQL[name], values });
    return rows[0] ?? {};
  };
  await client.query('begin');
  const cart = await query('cart', []);
  await query('cartItem', [cart['id'], variantId]);
  await query('lockCart', [cart['id']]);
  const line = await query('line', [variantId]);
  const shipping = await query('shipping', []);
  const stock = await query('stock', [variantId]);
  const total = Number(line['price']) + Number(shipping['price']);
  const order = await query('order', [
    cart['id'],
    line['price'],
    shipping['price'],
    ADDRESS,
    shipping['id'],
    shipping['name'],
  ]);
  await query('orderItem', [
    order['id'],
    variantId,
    line['product_id'],
    line['sku'],
    line['title'],
    line['tax_class'],
    line['price'],
  ]);
  await query('history', [order['id'], GUEST]);
  await query('reservation', [order['id'], variantId, stock['location_id']]);
  await query('payment', [order['id'], total]);
  await query('complete', [cart['id']]);
  await query('outbox', [order['id']]);
  await client.query('commit');
}

let transactions = 0;
const startedAt = performance.now();
const endsAt = startedAt + seconds * 1000;

async function loop(): Promise<void> {
  while (performance.now() < endsAt) {
    const client = await pool.connect();
    try {
      await purchase(client, variantIds[transactions % variantIds.length] ?? '');
      transactions += 1;
    } finally {
      client.release();
    }
  }
}

await Promise.all(Array.from({ length: concurrency }, loop));
const elapsed = (performance.now() - startedAt) / 1000;
const backendMicros = await Promise.all(backends.map(cpuMicros));
const { user, system } = process.cpuUsage();
await pool.end();
const result: RawResult = {
  transactions,
  seconds: elapsed,
  clientMicros: (user + system) / transactions,
  databaseMicros: backendMicros.reduce((sum, micros) => sum + micros, 0) / transactions,
};
console.log(JSON.stringify(result));
