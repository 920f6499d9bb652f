import { categories } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import type { ReorderCategoriesInput } from './admin-schema.ts';
import { findParent } from './tree-rules.ts';

/**
 * Puts all that is directly below a category, or the roots, into the order given.
 * Refuses with `category_unknown` (the parent) and `category_order_invalid`.
 */
export async function reorderCategories(ctx: Ctx, input: ReorderCategoriesInput): Promise<void> {
  await inTransaction(ctx, async (txCtx) => {
    const { tx, now } = txCtx;
    await categories.lockCatalogStructure(tx);
    const parent = await findParent(tx, input.parent ?? null);
    const children = await categories.listChildren(tx, { parentId: parent?.id ?? null });
    const byKey = new Map(children.flatMap(({ id, slug }) => [[slug, id] as const, [id, id] as const]));
    const ids = input.categories.map((key) => byKey.get(key) ?? '');
    if (new Set(ids).size !== ids.length || ids.length !== children.length || ids.includes('')) {
      throw refuse('category_order_invalid', { details: { categories: children.map(({ slug }) => slug) } });
    }
    await categories.saveCategoryOrder(tx, { ids, at: now });
    const target = `category:${parent?.id ?? 'root'}`;
    await audit(txCtx, { action: 'category.children_reordered', target, detail: { categories: ids } });
  });
}
