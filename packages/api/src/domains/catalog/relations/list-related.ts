import { productRelations } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { refuse } from '../errors.ts';
import type { RelatedInput, RelatedProducts } from './schema.ts';

/**
 * What goes with a product, as far as shoppers see it; in a way for which the shop has chosen nothing, what sells best
 * in its category. One statement. Refuses with `currency_unknown`, `product_not_found`.
 */
export async function listRelated(ctx: Ctx, input: RelatedInput): Promise<RelatedProducts> {
  const page = await productRelations.listRelated(ctx.db, input);
  if (!page.currencyKnown) throw refuse('currency_unknown', { details: { currency: input.currency } });
  if (!page.productKnown) throw refuse('product_not_found');
  return { source: page.chosen ? 'chosen' : 'category', items: page.items };
}
