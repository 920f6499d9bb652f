import { MAX_DEPTH } from '../categories/tree-rules.ts';
import { refuse } from '../errors.ts';
import type { TaxonomyCategory } from './schema.ts';

/** A category of a file, and its place among those with the same parent. */
export interface OrderedCategory extends TaxonomyCategory {
  position: number;
}

/**
 * The categories of a file, parents first. Throws `taxonomy_invalid` when an id is there twice, a parent is missing,
 * categories are their own ancestors, or the tree is too deep.
 */
export function orderTaxonomy(categories: readonly TaxonomyCategory[]): OrderedCategory[] {
  const byId = new Map<string, TaxonomyCategory>();
  const children = new Map<string | null, TaxonomyCategory[]>();
  for (const category of categories) {
    if (byId.has(category.id)) throw invalid(category, 'is there twice');
    byId.set(category.id, category);
    const parent = category.parent ?? null;
    children.set(parent, [...(children.get(parent) ?? []), category]);
  }
  const orphan = categories.find(({ parent }) => parent != null && !byId.has(parent));
  if (orphan) throw invalid(orphan, 'has a parent that is not in the file');

  const ordered: OrderedCategory[] = [];
  let level = children.get(null) ?? [];
  for (let depth = 1; level.length > 0; depth += 1) {
    if (depth > MAX_DEPTH && level[0]) throw invalid(level[0], `is deeper than ${MAX_DEPTH} levels`);
    const positions = new Map<string | null, number>();
    for (const category of level) {
      const position = positions.get(category.parent ?? null) ?? 0;
      positions.set(category.parent ?? null, position + 1);
      ordered.push({ ...category, position });
    }
    level = level.flatMap(({ id }) => children.get(id) ?? []);
  }
  if (ordered.length < categories.length) {
    const reached = new Set(ordered.map(({ id }) => id));
    const looped = categories.find(({ id }) => !reached.has(id));
    if (looped) throw invalid(looped, 'is its own ancestor');
  }
  return ordered;
}

function invalid({ id }: TaxonomyCategory, what: string) {
  return refuse('taxonomy_invalid', { detail: `The category ${id} ${what}.`, details: { category: id } });
}
