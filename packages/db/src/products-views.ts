import { sql } from 'kysely';
import { availableUnits } from './availability.ts';
import { sqlOf } from './handle.ts';
import type { OrderComponent } from './orders.ts';
import type { ProductDetails, ProductKind } from './product-details.ts';
import type { AttributeValue, ProductImage, ProductOption, ProductStatus } from './products.ts';
import type { VariantStatus } from './products-variants.ts';
import type { Reader } from './types.ts';

/** Everything staff see of a product. */
export interface AdminProduct extends ProductDetails {
  id: string;
  externalId: string | null;
  slug: string;
  title: string;
  description: string;
  brand: string | null;
  status: ProductStatus;
  showUnpriced: boolean;
  taxClass: string;
  categories: { id: string; slug: string; name: string }[];
  attributes: Record<string, AttributeValue>;
  options: ProductOption[];
  images: ProductImage[];
  variants: {
    id: string;
    sku: string;
    barcode: string | null;
    options: Record<string, string>;
    status: VariantStatus;
    prices: { amount: number; currency: string }[];
    images: ProductImage[];
    weightGrams: number | null;
    lengthMm: number | null;
    widthMm: number | null;
    heightMm: number | null;
    attributes: Record<string, AttributeValue>;
    trackStock: boolean;
    /** Of a bundle. */
    components: OrderComponent[];
    available: number;
    stock: { locationId: string; location: string; onHand: number; reserved: number; available: number }[];
  }[];
  formerSlugs: string[];
  version: number;
  publishedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

export async function findAdminProduct(reader: Reader, query: { id: string }): Promise<AdminProduct | undefined> {
  const { rows } = await sql<AdminProduct>`
    select p.id, p.external_id, p.slug, p.title, p.description, p.brand, p.status, p.show_unpriced, p.tax_class,
      (
        select coalesce(json_agg(json_build_object('id', c.id, 'slug', c.slug, 'name', c.name) order by pc.position), '[]')
        from product_categories pc join categories c on c.id = pc.category_id where pc.product_id = p.id
      ) as categories,
      p.attributes, p.options, p.images, p.kind, p.translations, p.seo_title, p.seo_description, p.tags, p.publish_at,
      p.unpublish_at,
      (
        select coalesce(json_agg(slug order by retired_at desc, slug), '[]') from product_slugs where product_id = p.id
      ) as former_slugs,
      (
        select coalesce(json_agg(json_build_object(
          'id', v.id, 'sku', v.sku, 'barcode', v.barcode, 'options', v.options, 'status', v.status, 'images', v.images,
          'prices', (
            select coalesce(json_agg(json_build_object('amount', amount_minor, 'currency', currency) order by currency), '[]')
            from prices where variant_id = v.id
          ),
          'weightGrams', v.weight_grams, 'lengthMm', v.length_mm, 'widthMm', v.width_mm, 'heightMm', v.height_mm,
          'attributes', v.attributes, 'trackStock', v.track_stock, 'available', ${availableUnits('v')},
          'components', (
            select coalesce(json_agg(json_build_object('variantId', k.id, 'sku', k.sku, 'title', kp.title,
              'options', k.options, 'quantity', b.quantity) order by b.position, k.id), '[]')
            from variant_components b join variants k on k.id = b.component_id join products kp on kp.id = k.product_id
            where b.bundle_id = v.id
          ),
          'stock', (
            select coalesce(json_agg(json_build_object(
              'locationId', l.id, 'location', l.code, 'onHand', s.on_hand, 'reserved', s.reserved,
              'available', s.on_hand - s.reserved) order by l.priority), '[]')
            from stock_levels s join locations l on l.id = s.location_id where s.variant_id = v.id
          )
        ) order by v.position, v.id), '[]')
        from variants v where v.product_id = p.id
      ) as variants,
      p.version, p.published_at, p.created_at, p.updated_at
    from products p where p.id = ${query.id}
  `.execute(sqlOf(reader));
  return rows[0];
}

/** A line of the staff's product list. */
export interface AdminProductLine {
  id: string;
  slug: string;
  title: string;
  brand: string | null;
  kind: ProductKind;
  tags: string[];
  status: ProductStatus;
  version: number;
  /** Of all variants, archived ones too; at most ten. */
  skus: string[];
  variantCount: number;
  available: number;
  createdAt: Date;
  updatedAt: Date;
}

/**
 * The newest first, by id, which sorts by time. `text` finds words as shoppers' search does, drafts too,
 * or one exact SKU. The row after `limit` is there when there is more.
 */
export async function listAdminProducts(
  reader: Reader,
  query: {
    text: string | null;
    status: ProductStatus | null;
    kind?: ProductKind | null;
    /** Its name. */
    brand?: string | null;
    tag?: string | null;
    limit: number;
    before: string | null;
  },
): Promise<AdminProductLine[]> {
  const { kind = null, brand = null, tag = null } = query;
  const { rows } = await sql<AdminProductLine>`
    select p.id, p.slug, p.title, p.brand, p.kind, p.tags, p.status, p.version,
      (
        select coalesce(json_agg(sku), '[]') from (
          select sku from variants where product_id = p.id order by position, id limit 10
        ) s
      ) as skus,
      (select count(*)::int from variants where product_id = p.id) as variant_count,
      (
        select coalesce(sum(${availableUnits('v')}), 0)::bigint from variants v where v.product_id = p.id
      ) as available,
      p.created_at, p.updated_at
    from products p
    where (${query.before}::uuid is null or p.id < ${query.before}::uuid)
      and (${query.status}::text is null or p.status = ${query.status})
      and (${kind}::text is null or p.kind = ${kind})
      and (${brand}::text is null or p.brand = ${brand})
      and (${tag}::text is null or p.tags @> array[${tag}::text])
      and (${query.text}::text is null or p.id in (
        select product_id from search_documents where document @@ websearch_to_tsquery(search_config(locale), ${query.text})
        union
        select product_id from variants where sku = ${query.text}
      ))
    order by p.id desc
    limit ${query.limit + 1}
  `.execute(sqlOf(reader));
  return rows;
}
