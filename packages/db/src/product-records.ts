import { sql } from 'kysely';
import { sqlOf } from './handle.ts';
import type { ProductDetails } from './product-details.ts';
import type { AttributeValue, ProductImage, ProductOption, ProductStatus } from './products.ts';
import type { VariantStatus } from './products-variants.ts';
import type { Reader } from './types.ts';
import type { VariantDetails } from './variant-details.ts';

/** A variant as an import compares it and an export writes it. */
export interface VariantRecord {
  id: string;
  externalId: string | null;
  sku: string;
  barcode: string | null;
  options: Record<string, string>;
  images: ProductImage[];
  status: VariantStatus;
  /** Minor units by currency. */
  prices: Record<string, number>;
  /** At all locations. */
  onHand: number;
  details: VariantDetails;
}

/** A product with everything that an import may change of it. */
export interface ProductRecord extends ProductDetails {
  id: string;
  externalId: string | null;
  slug: string;
  title: string;
  description: string;
  brand: string | null;
  status: ProductStatus;
  showUnpriced: boolean;
  taxClass: string;
  /** The average times 1000. */
  importedRatingMilli: number | null;
  importedRatingCount: number;
  /** By code. */
  attributes: Record<string, AttributeValue>;
  options: ProductOption[];
  images: ProductImage[];
  /** Names from the root. */
  categoryPaths: string[][];
  variants: VariantRecord[];
}

/** Whole products in order of id, after one: in the order in which they were added. */
export function listProductRecords(
  reader: Reader,
  query: { after: string | null; limit: number },
): Promise<ProductRecord[]> {
  return records(
    reader,
    sql`select id from products where ${query.after}::uuid is null or id > ${query.after}::uuid
      order by id limit ${query.limit}`,
  );
}

export function findProductRecords(reader: Reader, query: { ids: readonly string[] }): Promise<ProductRecord[]> {
  return records(reader, sql`select unnest(${query.ids}::uuid[])`);
}

// One statement, so that a page is of one moment.
async function records(reader: Reader, ids: ReturnType<typeof sql>): Promise<ProductRecord[]> {
  const { rows } = await sql<ProductRecord>`
    select p.id, p.external_id, p.slug, p.title, p.description, p.brand, p.status, p.show_unpriced, p.tax_class,
      p.attributes, p.options, p.images, p.kind, p.tags, p.seo_title, p.seo_description, p.publish_at, p.unpublish_at,
      p.translations, p.imported_rating_milli, p.imported_rating_count,
      (
        select coalesce(json_agg((
          select json_agg(a.name order by step.depth)
          from unnest(c.path_ids) with ordinality as step (id, depth) join categories a on a.id = step.id
        ) order by pc.position), '[]')
        from product_categories pc join categories c on c.id = pc.category_id where pc.product_id = p.id
      ) as category_paths,
      (
        select coalesce(json_agg(json_build_object(
          'id', v.id, 'externalId', v.external_id, 'sku', v.sku, 'barcode', v.barcode, 'options', v.options,
          'images', v.images, 'status', v.status,
          'details', json_build_object(
            'weightGrams', v.weight_grams, 'lengthMm', v.length_mm, 'widthMm', v.width_mm, 'heightMm', v.height_mm,
            'attributes', v.attributes, 'trackStock', v.track_stock, 'isBundle', v.is_bundle
          ),
          'prices', (
            select coalesce(json_object_agg(currency, amount_minor order by currency), '{}')
            from prices where variant_id = v.id
          ),
          'onHand', (select coalesce(sum(on_hand), 0)::int from stock_levels where variant_id = v.id)
        ) order by v.position, v.id), '[]')
        from variants v where v.product_id = p.id
      ) as variants
    from products p where p.id in (${ids}) order by p.id
  `.execute(sqlOf(reader));
  return rows;
}
