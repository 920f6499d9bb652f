import { catalogAttributes, categories } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import type { AdminCategory } from '../categories/admin-schema.ts';
import { findAdminCategory } from '../categories/find-admin-category.ts';
import { findToChange } from '../categories/tree-rules.ts';
import { refuse } from '../errors.ts';
import { refreshFirst, refreshSoon } from '../refresh-products.ts';
import { findAttribute } from './list-attributes.ts';
import type { AssignAttributeInput, UnassignAttributeInput } from './schema.ts';

/**
 * Gives the products of a category, and of those below it, an attribute; or changes what the category says of it. From
 * the first assignment on, products elsewhere can have it no longer, but keep what they have.
 * Refuses with `category_not_found`, `attribute_not_found`.
 */
export async function assignAttribute(ctx: Ctx, input: AssignAttributeInput): Promise<AdminCategory> {
  const { category, attribute: code, ...assignment } = input;
  const saved = await inTransaction(ctx, async (txCtx) => {
    const { tx } = txCtx;
    await categories.lockCatalogStructure(tx);
    const { id } = await findToChange(tx, category);
    await findAttribute(tx, { attribute: code });
    await catalogAttributes.saveAssignment(tx, { categoryId: id, code, assignment });
    const detail = { attribute: code, ...assignment };
    await audit(txCtx, { action: 'category.attribute_assigned', target: `category:${id}`, detail });
    await refreshSoon(txCtx, { categoryId: id });
    return findAdminCategory(tx, { category: id });
  });
  await refreshFirst(ctx, { categoryId: saved.id });
  return saved;
}

/**
 * Takes an assignment away. Products keep the values that they have.
 * Refuses with `category_not_found`, `attribute_not_found` (also when the category itself does not have it).
 */
export async function unassignAttribute(ctx: Ctx, input: UnassignAttributeInput): Promise<AdminCategory> {
  const { category, attribute: code } = input;
  const saved = await inTransaction(ctx, async (txCtx) => {
    const { tx } = txCtx;
    await categories.lockCatalogStructure(tx);
    const { id } = await findToChange(tx, category);
    const had = await catalogAttributes.deleteAssignment(tx, { categoryId: id, code });
    if (!had) throw refuse('attribute_not_found', { details: { attribute: code } });
    const target = `category:${id}`;
    await audit(txCtx, { action: 'category.attribute_unassigned', target, detail: { attribute: code } });
    await refreshSoon(txCtx, { categoryId: id });
    return findAdminCategory(tx, { category: id });
  });
  await refreshFirst(ctx, { categoryId: saved.id });
  return saved;
}
