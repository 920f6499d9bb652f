import { type RawBuilder, sql } from 'kysely';

/** What is said to be available of a variant whose stock is not tracked. */
export const UNTRACKED_UNITS = 1_000_000;

/** Units of one variant that one unit of another takes from stock: itself, or a component of a bundle. */
export interface StockPart {
  variantId: string;
  quantity: number;
  /** Units of it that can still be promised, over all locations. */
  available: number;
}

const stockOf = (variantId: RawBuilder<unknown>) =>
  sql`coalesce((select sum(s.on_hand - s.reserved) from stock_levels s where s.variant_id = ${variantId}), 0)::bigint`;

/**
 * For statements: units of the variant of an alias that can still be sold. Of a bundle, as many as its scarcest
 * component allows, none when it has no components; {@link UNTRACKED_UNITS} where stock does not matter.
 */
export function availableUnits(of: string): RawBuilder<number> {
  const v = (column: string) => sql.ref(`${of}.${column}`);
  const component = sql`case when k.track_stock then ${stockOf(sql`c.component_id`)} / c.quantity
    else ${sql.lit(UNTRACKED_UNITS)} end`;
  return sql<number>`case
    when ${v('is_bundle')} then coalesce((
      select min(${component}) from variant_components c join variants k on k.id = c.component_id
      where c.bundle_id = ${v('id')}
    ), 0)
    when ${v('track_stock')} then ${stockOf(v('id'))}
    else ${sql.lit(UNTRACKED_UNITS)} end`;
}

/** For statements: what one unit of the variant of an alias takes from stock, as a JSON list of {@link StockPart}. */
export function stockParts(of: string): RawBuilder<StockPart[]> {
  const v = (column: string) => sql.ref(`${of}.${column}`);
  return sql<StockPart[]>`case
    when ${v('is_bundle')} then coalesce((
      select json_agg(json_build_object('variantId', k.id, 'quantity', c.quantity, 'available', ${stockOf(sql`k.id`)})
        order by c.position, k.id)
      from variant_components c join variants k on k.id = c.component_id
      where c.bundle_id = ${v('id')} and k.track_stock
    ), '[]')
    when ${v('track_stock')} then json_build_array(
      json_build_object('variantId', ${v('id')}, 'quantity', 1, 'available', ${stockOf(v('id'))}))
    else '[]' end`;
}

/** For statements: whether a variant of product `p` can be sold at an instant. A bundle of nothing cannot. */
export function isSellable(input: { product: string; variant: string; at: unknown }): RawBuilder<boolean> {
  const p = (column: string) => sql.ref(`${input.product}.${column}`);
  const v = (column: string) => sql.ref(`${input.variant}.${column}`);
  return sql<boolean>`(
    is_published(${p('status')}, ${p('publish_at')}, ${p('unpublish_at')}, ${input.at}::timestamptz)
    and ${v('status')} = 'active'
    and (not ${v('is_bundle')} or exists (select from variant_components c where c.bundle_id = ${v('id')}))
  )`;
}

/** For statements: whether a unit of the variant has to be shipped; of a bundle, whether a component has. */
export function isShipped(input: { product: string; variant: string }): RawBuilder<boolean> {
  const kind = sql.ref(`${input.product}.kind`);
  return sql<boolean>`case when ${kind} = 'bundle' then exists (
      select from variant_components c join variants k on k.id = c.component_id join products kp on kp.id = k.product_id
      where c.bundle_id = ${sql.ref(`${input.variant}.id`)} and kp.kind <> 'digital'
    ) else ${kind} = 'physical' end`;
}
