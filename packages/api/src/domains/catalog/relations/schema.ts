import { z } from 'zod';
import { currencyCode, text } from '../../../kit/text.ts';
import { ListedProduct } from '../schema.ts';

const kind = z
  .enum(['related', 'cross_sell', 'up_sell', 'accessory', 'substitute'])
  .describe('In what way they go with it');

export const RelatedInput = z.strictObject({
  slug: text(200),
  kind: kind.default('related'),
  currency: currencyCode.default('EUR'),
  limit: z.int().min(1).max(50).default(12),
});
export type RelatedInput = z.infer<typeof RelatedInput>;

export const RelatedProducts = z
  .object({
    source: z
      .enum(['chosen', 'category'])
      .describe('chosen: by the shop; category: nothing is chosen, these sell best in its category'),
    items: z.array(ListedProduct),
  })
  .meta({ id: 'RelatedProducts' });
export type RelatedProducts = z.infer<typeof RelatedProducts>;

export const RelationsInput = z.strictObject({ productId: z.uuid() });
export type RelationsInput = z.infer<typeof RelationsInput>;

const RelationProduct = z
  .object({ id: z.uuid(), slug: z.string(), title: z.string(), status: z.enum(['draft', 'active', 'archived']) })
  .meta({ id: 'RelationProduct' });

export const ProductRelations = z
  .object({ relations: z.array(z.object({ kind, products: z.array(RelationProduct) })) })
  .meta({ id: 'ProductRelations' });
export type ProductRelations = z.infer<typeof ProductRelations>;

export const SetRelationsInput = z.strictObject({
  productId: z.uuid(),
  kind,
  products: z.array(text(200)).max(50).describe('Slugs or ids, in order; none of them: nothing is chosen any more'),
});
export type SetRelationsInput = z.infer<typeof SetRelationsInput>;
