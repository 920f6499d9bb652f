import { categories, products, productVariants, type Reader, store, violatedConstraint } from '@cartwright/db';
import { refuse } from './errors.ts';

/** The ids of categories named by slug or id, in the order given. Refuses with `category_unknown`. */
export async function categoryIdsOf(reader: Reader, keys: readonly string[]): Promise<string[]> {
  if (keys.length === 0) return [];
  const found = await categories.listCategoriesByKey(reader, { keys });
  const ids = new Map(found.flatMap((row) => [[row.slug, row.id] as const, [row.id, row.id] as const]));
  const resolved = keys.map((key) => {
    const id = ids.get(key);
    if (id === undefined) throw refuse('category_unknown', { details: { category: key } });
    return id;
  });
  return [...new Set(resolved)];
}

/** Throws `currency_unknown` unless the store sells in all of them. */
export async function assertCurrencies(reader: Reader, codes: Iterable<string>): Promise<void> {
  const settings = await store.findStore(reader);
  const known = new Set(settings?.currencies.map(({ code }) => code));
  for (const currency of codes) {
    if (!known.has(currency)) throw refuse('currency_unknown', { details: { currency } });
  }
}

/** Throws `tax_class_unknown`. */
export async function assertTaxClass(reader: Reader, taxClass: string): Promise<void> {
  const codes = await store.listTaxClassCodes(reader);
  if (!codes.includes(taxClass)) throw refuse('tax_class_unknown', { details: { taxClass } });
}

/** Throws `sku_taken` when a SKU is held by a variant other than the ones given. */
export async function assertSkusFree(
  reader: Reader,
  input: { skus: readonly string[]; except?: ReadonlySet<string> },
): Promise<void> {
  const holders = await productVariants.listSkuHolders(reader, { skus: input.skus });
  const holder = holders.find(({ variantId }) => !input.except?.has(variantId));
  const repeated = input.skus.find((sku, index) => input.skus.indexOf(sku) !== index);
  const sku = holder?.sku ?? repeated;
  if (sku !== undefined) throw refuse('sku_taken', { details: { field: 'sku', sku } });
}

/** Throws `slug_taken` when a product has the slug. */
export async function assertSlugFree(reader: Reader, slug: string): Promise<void> {
  const taken = await products.listTakenSlugs(reader, { slugs: [slug] });
  if (taken.length > 0) throw refuse('slug_taken', { details: { field: 'slug', slug } });
}

/** A refusal instead of the constraint that a parallel writer made us violate. */
export function takenRefusal(error: unknown): unknown {
  switch (violatedConstraint(error)) {
    case 'brands_name_key':
      return refuse('brand_taken', { details: { field: 'name' }, cause: error });
    case 'products_brand_fkey':
      return refuse('brand_in_use', { cause: error });
    case 'brands_slug_key':
    case 'products_slug_key':
    case 'categories_slug_key':
      return refuse('slug_taken', { details: { field: 'slug' }, cause: error });
    // Deleted since it was read.
    case 'media_uses_asset_id_fkey':
      return refuse('media_unknown', { cause: error });
    case 'variants_sku_key':
      return refuse('sku_taken', { details: { field: 'sku' }, cause: error });
    case 'variant_components_component_fkey':
      return refuse('bundle_component_invalid', { cause: error });
    case 'product_categories_category_id_fkey':
      return refuse('category_unknown', { cause: error });
    default:
      return error;
  }
}
