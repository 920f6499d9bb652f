import { categories } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import type { AdminCategory, CreateCategoryInput } from '../admin-schema.ts';
import { takenRefusal } from '../check-references.ts';
import { refuse } from '../errors.ts';
import { slugCandidates, takeSlug } from '../slug.ts';
import { forgetCategories } from './list-categories.ts';

const MAX_DEPTH = 20;

/**
 * Adds a category below `parent`, or a root.
 * Refuses with `category_unknown` (the parent), `category_name_taken`, `slug_taken`.
 */
export async function createCategory(ctx: Ctx, input: CreateCategoryInput): Promise<AdminCategory> {
  try {
    const created = await inTransaction(ctx, (tx) => insertCategory(tx, input));
    await forgetCategories(ctx);
    return created;
  } catch (error) {
    throw takenRefusal(error);
  }
}

async function insertCategory(ctx: TxCtx, input: CreateCategoryInput): Promise<AdminCategory> {
  const { tx, now, ids } = ctx;
  await categories.lockCatalogStructure(tx);
  const parent = await findParent(ctx, input.parent ?? null);
  const siblings = await categories.listCategoriesByName(tx, { names: [input.name] });
  if (siblings.some((row) => row.parentId === (parent?.id ?? null))) {
    throw refuse('category_name_taken', { details: { field: 'name', name: input.name } });
  }
  const id = ids.uuid(now);
  const candidates = input.slug === undefined ? slugCandidates(input.name, id) : [input.slug];
  const taken = new Set(await categories.listTakenCategorySlugs(tx, { slugs: candidates }));
  if (input.slug !== undefined && taken.has(input.slug)) {
    throw refuse('slug_taken', { details: { field: 'slug', slug: input.slug } });
  }
  const row = {
    id,
    parentId: parent?.id ?? null,
    slug: takeSlug(candidates, taken),
    name: input.name,
    position: input.position ?? 0,
  };
  await categories.insertCategories(tx, { rows: [{ ...row, pathIds: [...(parent?.pathIds ?? []), id] }], at: now });
  return row;
}

async function findParent(ctx: TxCtx, key: string | null): Promise<categories.CategoryRow | undefined> {
  if (key === null) return undefined;
  const [parent] = await categories.listCategoriesByKey(ctx.tx, { keys: [key] });
  if (!parent || parent.pathIds.length >= MAX_DEPTH) throw refuse('category_unknown', { details: { category: key } });
  return parent;
}
