import { categories } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { slugCandidates, slugify, takeSlug } from '../slug.ts';

/** Identifies a path from the root. */
export const pathKey = (path: readonly string[]): string => JSON.stringify(path);

interface Place {
  id: string;
  pathIds: string[];
}

/**
 * Adds the categories on the paths that are missing, and answers the id of each path's end by {@link pathKey}.
 * The caller holds the lock of the catalog's structure.
 */
export async function ensureCategories(
  ctx: TxCtx,
  paths: readonly (readonly string[])[],
): Promise<Map<string, string>> {
  const { tx, now, ids } = ctx;
  const names = [...new Set(paths.flat())];
  const known = names.length === 0 ? [] : await categories.listCategoriesByName(tx, { names });
  const byParent = new Map(known.map((row) => [pathKey([row.parentId ?? '', row.name]), row]));
  const places = new Map<string, Place>();
  const missing: (Omit<categories.CategoryRow, 'slug'> & { path: string[] })[] = [];
  for (const path of paths) {
    let parent: Place | undefined;
    for (let depth = 1; depth <= path.length; depth += 1) {
      const prefix = path.slice(0, depth);
      const name = prefix.at(-1) ?? '';
      let place: Place | undefined = places.get(pathKey(prefix)) ?? byParent.get(pathKey([parent?.id ?? '', name]));
      if (!place) {
        const id = ids.uuid(now);
        place = { id, pathIds: [...(parent?.pathIds ?? []), id] };
        missing.push({ ...place, parentId: parent?.id ?? null, name, position: 0, path: prefix });
      }
      places.set(pathKey(prefix), place);
      parent = place;
    }
  }
  if (missing.length > 0) await insertMissing(ctx, missing);
  return new Map([...places].map(([key, place]) => [key, place.id]));
}

async function insertMissing(
  ctx: TxCtx,
  missing: readonly (Omit<categories.CategoryRow, 'slug'> & { path: string[] })[],
): Promise<void> {
  const named = missing.map(({ path, ...row }) => {
    const [own, marked] = slugCandidates(row.name, pathKey(path));
    const withParent = slugify(path.slice(-2).join(' '));
    return { row, candidates: withParent === '' ? [own, marked] : [own, withParent, marked] };
  });
  const slugs = named.flatMap(({ candidates }) => candidates);
  const taken = new Set(await categories.listTakenCategorySlugs(ctx.tx, { slugs, former: true }));
  const rows = named.map(({ row, candidates }) => ({ ...row, slug: takeSlug(candidates, taken) }));
  await categories.insertCategories(ctx.tx, { rows, at: ctx.now });
}
