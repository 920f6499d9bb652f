import { categories } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { takenRefusal } from '../check-references.ts';
import { refuse } from '../errors.ts';
import { slugCandidates, takeSlug } from '../slug.ts';
import type { AdminCategory, CreateCategoryInput } from './admin-schema.ts';
import { findAdminCategory } from './find-admin-category.ts';
import { assertNameFree, assertSlugFree, findParent, MAX_DEPTH } from './tree-rules.ts';

/**
 * Adds a category below `parent`, or a root.
 * Refuses with `category_unknown` (the parent), `category_too_deep`, `category_name_taken`, `slug_taken`.
 */
export async function createCategory(ctx: Ctx, input: CreateCategoryInput): Promise<AdminCategory> {
  try {
    const created = await inTransaction(ctx, (tx) => insertCategory(tx, input));
    return created;
  } catch (error) {
    throw takenRefusal(error);
  }
}

async function insertCategory(ctx: TxCtx, input: CreateCategoryInput): Promise<AdminCategory> {
  const { tx, now, ids } = ctx;
  await categories.lockCatalogStructure(tx);
  const parent = await findParent(tx, input.parent ?? null);
  if (parent && parent.pathIds.length >= MAX_DEPTH) throw refuse('category_too_deep');
  await assertNameFree(tx, { parentId: parent?.id ?? null, name: input.name });
  const id = ids.uuid(now);
  const row = {
    id,
    parentId: parent?.id ?? null,
    slug: await slugOf(ctx, { ...input, id }),
    name: input.name,
    position: input.position ?? 0,
    pathIds: [...(parent?.pathIds ?? []), id],
  };
  await categories.insertCategories(tx, { rows: [row], at: now });
  const { slug, name, parentId, position } = row;
  const detail = { slug, name, parentId, position };
  await audit(ctx, { action: 'category.created', target: `category:${id}`, detail });
  return findAdminCategory(tx, { category: id });
}

/** The slug wanted; or one of the name, which is not to take a former one away from where it leads. */
async function slugOf({ tx }: TxCtx, input: { id: string; name: string; slug?: string | undefined }): Promise<string> {
  if (input.slug !== undefined) {
    await assertSlugFree(tx, input.slug);
    return input.slug;
  }
  const candidates = slugCandidates(input.name, input.id);
  return takeSlug(
    candidates,
    new Set(await categories.listTakenCategorySlugs(tx, { slugs: candidates, former: true })),
  );
}
