import { catalog } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { refuse } from './errors.ts';
import type { Product, ProductInput } from './schema.ts';

/** What a shopper finds under a slug. One statement. Refuses with `currency_unknown`, `product_not_found`. */
export async function findProduct(ctx: Ctx, input: ProductInput): Promise<Product> {
  const { currencyKnown, product } = await catalog.findProductPage(ctx.db, input);
  if (!currencyKnown) throw refuse('currency_unknown', { details: { currency: input.currency } });
  if (product === null) throw refuse('product_not_found');
  ctx.readsFrom?.([`product:${product.id}`, 'listing:*']);
  return product;
}
