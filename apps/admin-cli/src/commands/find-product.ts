import type { CartwrightClient, RouterOutputs } from '@cartwright/client';
import { CliError } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { isUuid } from './values.ts';

export type Product = RouterOutputs['catalog']['adminProduct'];
export type Variant = Product['variants'][number];

/** A product by its id, a SKU or its slug. Throws not found. */
export async function findProduct(client: CartwrightClient, key: string): Promise<Product> {
  if (isUuid(key)) return client.catalog.adminProduct.query({ productId: key });
  const variant = await findVariant(client, key);
  if (variant !== undefined) return variant.product;
  // A slug's words are those of the title it was made from.
  const { items } = await client.catalog.adminProducts.query({ q: key.replaceAll('-', ' '), limit: 100 });
  const found = items.find((item) => item.slug === key);
  if (found === undefined) throw notFound(`There is no product with the SKU or slug ${key}.`);
  return client.catalog.adminProduct.query({ productId: found.id });
}

/** A variant by its exact SKU, and its product. */
export async function findVariant(
  client: CartwrightClient,
  sku: string,
): Promise<{ product: Product; variant: Variant } | undefined> {
  const { items } = await client.catalog.adminProducts.query({ q: sku, limit: 100 });
  // A line names at most ten SKUs, and words of the SKU may have found other products.
  for (const item of items.filter(({ skus, variantCount }) => skus.includes(sku) || variantCount > skus.length)) {
    const product = await client.catalog.adminProduct.query({ productId: item.id });
    const variant = product.variants.find((each) => each.sku === sku);
    if (variant !== undefined) return { product, variant };
  }
  return undefined;
}

export function notFound(message: string): CliError {
  return new CliError(message, { code: 'not_found', exitCode: exitCodes.noInput });
}
