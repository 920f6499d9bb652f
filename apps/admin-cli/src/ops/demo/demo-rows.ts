import type { categories, products, productVariants } from '@cartwright/db';
import { type DemoCategory, demoCategories } from './data/categories.ts';
import type { DemoProduct } from './data/demo-product.ts';
import { demoProducts } from './data/products.ts';

/** What rows are made with; the time is that of the whole seed. */
export interface RowMaker {
  now: Date;
  newId: () => string;
}

export interface CatalogRows {
  products: products.ProductRow[];
  productCategories: { productId: string; categoryIds: string[] }[];
  variants: productVariants.VariantRow[];
  prices: productVariants.VariantPrice[];
  stock: { variantId: string; onHand: number }[];
}

const STOCK_STEP = 3;
const HOUR_MS = 3_600_000;
const MAX_SKU_PART = 4;

/** The tree as rows, parents before children. */
export function categoryRows({ newId }: RowMaker): categories.CategoryRow[] {
  const rowsOf = (
    siblings: readonly DemoCategory[],
    parent: { id: string; pathIds: string[] } | null,
  ): categories.CategoryRow[] =>
    siblings.flatMap(({ name, slug, children = [] }, position) => {
      const id = newId();
      const pathIds = [...(parent?.pathIds ?? []), id];
      return [
        { id, parentId: parent?.id ?? null, slug, name, position, pathIds },
        ...rowsOf(children, { id, pathIds }),
      ];
    });
  return rowsOf(demoCategories, null);
}

/** Every product with its variants; `categoryIds` by slug, `pictures` by file name. */
export function catalogRows(
  maker: RowMaker,
  { categoryIds, pictures }: { categoryIds: ReadonlyMap<string, string>; pictures: ReadonlyMap<string, string> },
): CatalogRows {
  const rows: CatalogRows = { products: [], productCategories: [], variants: [], prices: [], stock: [] };
  for (const [index, product] of demoProducts.entries()) {
    const id = maker.newId();
    const url = pictures.get(`${product.sku.toLowerCase()}.webp`);
    const categoryId = categoryIds.get(product.category);
    if (url === undefined || categoryId === undefined) throw new Error(`${product.sku} lacks its picture or category`);
    // An hour apart, so that "newest" has an order.
    const publishedAt = new Date(maker.now.getTime() - (demoProducts.length - index) * HOUR_MS);
    rows.products.push(productRow(product, { id, publishedAt, url }));
    rows.productCategories.push({ productId: id, categoryIds: [categoryId] });
    addVariants(rows, product, { productId: id, newId: maker.newId });
  }
  return rows;
}

function productRow(product: DemoProduct, facts: { id: string; publishedAt: Date; url: string }): products.ProductRow {
  const { title, description, brand, attributes, options = {}, taxClass = 'standard' } = product;
  return {
    id: facts.id,
    externalId: null,
    slug: slugOf(title),
    title,
    description,
    brand,
    status: 'active',
    showUnpriced: false,
    taxClass,
    attributes,
    options: Object.entries(options).map(([name, values]) => ({ name, values: [...values] })),
    images: [{ url: facts.url, alt: title }],
    importHash: null,
    publishedAt: facts.publishedAt,
  };
}

function addVariants(
  rows: CatalogRows,
  product: DemoProduct,
  { productId, newId }: { productId: string; newId: () => string },
): void {
  for (const [position, options] of combinations(product.options ?? {}).entries()) {
    const id = newId();
    const values = Object.values(options);
    const sku = [product.sku, ...values.map(skuPart)].join('-');
    rows.variants.push({
      id,
      productId,
      externalId: null,
      sku,
      barcode: null,
      options,
      images: [],
      position,
      status: 'active',
    });
    for (const [index, currency] of ['EUR', 'USD'].entries()) {
      const surcharge = values.reduce((sum, value) => sum + (product.surcharges?.[value]?.[index] ?? 0), 0);
      rows.prices.push({ variantId: id, currency, amountMinor: (product.price[index] ?? 0) + surcharge });
    }
    rows.stock.push({ variantId: id, onHand: Math.max(0, product.stock - position * STOCK_STEP) });
  }
}

/** Every choice of one value for each option; one empty choice where there are none. */
function combinations(options: Readonly<Record<string, readonly string[]>>): Record<string, string>[] {
  let chosen: Record<string, string>[] = [{}];
  for (const [name, values] of Object.entries(options)) {
    chosen = chosen.flatMap((before) => values.map((value) => ({ ...before, [name]: value })));
  }
  return chosen;
}

/** `Terracotta` → `TERR`, `20 cm` → `20CM`, `36–38` → `3638`. */
function skuPart(value: string): string {
  return value
    .toUpperCase()
    .replace(/[^A-Z0-9]/g, '')
    .slice(0, MAX_SKU_PART);
}

function slugOf(title: string): string {
  return title
    .toLowerCase()
    .replaceAll("'", '')
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
}
