import { productRelations, products, type Reader } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { inputIssue } from '../../../trpc/errors.ts';
import { refuse } from '../errors.ts';
import { findAdminProduct } from '../find-admin-product.ts';
import { productIdsOf } from '../product-ids.ts';
import type { ProductRelations, RelationsInput, SetRelationsInput } from './schema.ts';

/**
 * Chooses what goes with a product in one way, instead of what was chosen before. Refuses with `product_not_found`, and
 * with `invalid_input` and a pointer to a product that there is not, or that is the product itself.
 */
export function setRelations(ctx: Ctx, input: SetRelationsInput): Promise<ProductRelations> {
  const { productId, kind } = input;
  return inTransaction(ctx, async (txCtx) => {
    const { tx } = txCtx;
    if (!(await products.lockProduct(tx, { id: productId }))) throw refuse('product_not_found');
    const relatedIds = await productIdsOf(tx, input.products);
    const itself = relatedIds.indexOf(productId);
    if (itself >= 0) throw inputIssue(`/products/${itself}`, 'A product does not go with itself');
    await productRelations.saveRelations(tx, { productId, kind, relatedIds });
    await audit(txCtx, {
      action: 'product.relations_set',
      target: `product:${productId}`,
      detail: { kind, productIds: relatedIds },
    });
    return relationsOf(tx, productId);
  });
}

/** What goes with a product, drafts too. Throws `product_not_found`. */
export async function findRelations(reader: Reader, { productId }: RelationsInput): Promise<ProductRelations> {
  await findAdminProduct(reader, { productId });
  return relationsOf(reader, productId);
}

async function relationsOf(reader: Reader, productId: string): Promise<ProductRelations> {
  const rows = await productRelations.listRelations(reader, { productId });
  const byKind = Map.groupBy(rows, ({ kind }) => kind);
  const relations = [...byKind].map(([kind, related]) => ({
    kind,
    products: related.map(({ kind: _kind, ...product }) => product),
  }));
  return { relations: relations as ProductRelations['relations'] };
}
