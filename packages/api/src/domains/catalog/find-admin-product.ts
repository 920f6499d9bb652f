import { productViews, type Reader } from '@cartwright/db';
import type { AdminProduct } from './admin-schema.ts';
import { refuse } from './errors.ts';

/** Everything staff see of a product, drafts too. Refuses with `product_not_found`. */
export async function findAdminProduct(reader: Reader, input: { productId: string }): Promise<AdminProduct> {
  const product = await productViews.findAdminProduct(reader, { id: input.productId });
  if (!product) throw refuse('product_not_found');
  return product;
}
