import type pg from 'pg';
import type { Samples } from './bench.ts';

const VARIANTS = 500;
const PLENTY = 100_000_000;

/** Chooses what is asked for: the same for the same catalog. Gives the variants that are bought enough stock. */
export async function chooseSamples(pool: pg.Pool): Promise<Samples> {
  const category = await one<{ slug: string; products: number }>(
    pool,
    `select c.slug, count(*)::int as products from listing l join categories c on c.id = l.category_id
     where l.currency = 'USD' group by c.slug order by count(*) desc, c.slug limit 1`,
  );
  // The one in the middle by how much there is to tell of it.
  const product = await one<{ slug: string }>(
    pool,
    `select slug from products where status = 'active' and external_id is not null
     order by length(description) + length(attributes::text), slug
     offset (select count(*) / 2 from products where status = 'active' and external_id is not null) limit 1`,
  );
  const { rows } = await pool.query<{ id: string }>(
    `select v.id from variants v join prices p on p.variant_id = v.id and p.currency = 'USD'
     join products r on r.id = v.product_id and r.status = 'active'
     where v.status = 'active' and p.amount_minor > 0 and exists (select from stock_levels s where s.variant_id = v.id)
     order by v.sku limit $1`,
    [VARIANTS],
  );
  const variantIds = rows.map(({ id }) => id);
  await pool.query('update stock_levels set on_hand = $2 where variant_id = any($1)', [variantIds, PLENTY]);
  return { category, productSlug: product.slug, variantIds };
}

async function one<Found extends pg.QueryResultRow>(pool: pg.Pool, sql: string): Promise<Found> {
  const { rows } = await pool.query<Found>(sql);
  const [row] = rows;
  if (row === undefined) throw new Error('The catalog is not loaded; run the benchmark without --only first.');
  return row;
}
