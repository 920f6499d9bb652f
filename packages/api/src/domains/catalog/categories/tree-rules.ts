import { categories, type Reader, type Tx } from '@cartwright/db';
import { refuse } from '../errors.ts';

export const MAX_DEPTH = 20;

/** The category named by slug or id, undefined for the top of the tree. Refuses with `category_unknown`. */
export async function findParent(reader: Reader, key: string | null): Promise<categories.CategoryRow | undefined> {
  if (key === null) return undefined;
  const parent = pick(await categories.listCategoriesByKey(reader, { keys: [key] }), key);
  if (!parent) throw refuse('category_unknown', { details: { category: key } });
  return parent;
}

/** The category to be changed; the caller holds the lock of the structure. Refuses with `category_not_found`. */
export async function findToChange(tx: Tx, key: string): Promise<categories.CategoryToChange> {
  const category = await categories.findCategoryToChange(tx, { key });
  if (!category) throw refuse('category_not_found', { details: { category: key } });
  return category;
}

/** Of a row by slug and another by id, which a slug can look like, the one by id. */
function pick<Row extends { id: string }>(rows: readonly Row[], key: string): Row | undefined {
  return rows.find(({ id }) => id === key) ?? rows[0];
}

/** Throws `category_name_taken` when another category below the parent has the name. */
export async function assertNameFree(
  reader: Reader,
  input: { parentId: string | null; name: string; except?: string },
): Promise<void> {
  const { parentId, name, except } = input;
  const namesakes = await categories.listCategoriesByName(reader, { names: [name] });
  if (namesakes.some((row) => row.parentId === parentId && row.id !== except)) {
    throw refuse('category_name_taken', { details: { field: 'name', name } });
  }
}

/** Throws `slug_taken` when a category has the slug. One that a category had is free. */
export async function assertSlugFree(reader: Reader, slug: string): Promise<void> {
  const taken = await categories.listTakenCategorySlugs(reader, { slugs: [slug], former: false });
  if (taken.length > 0) throw refuse('slug_taken', { details: { field: 'slug', slug } });
}

/** Throws `category_cycle` or `category_too_deep` unless the category, with what is below it, can be put there. */
export function assertPlace(input: {
  category: { id: string; pathIds: readonly string[] };
  deepest: number;
  parent: { pathIds: readonly string[] } | undefined;
}): void {
  const { category, deepest, parent } = input;
  if (parent?.pathIds.includes(category.id)) throw refuse('category_cycle');
  const levels = deepest - category.pathIds.length + 1;
  if ((parent?.pathIds.length ?? 0) + levels > MAX_DEPTH) throw refuse('category_too_deep');
}
