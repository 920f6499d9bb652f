import type { categories } from '@cartwright/db';
import { translated } from '../../../kit/locale.ts';
import { MAX_DEPTH } from '../categories/tree-rules.ts';
import { refuse } from '../errors.ts';
import type { OrderedCategory } from './order-taxonomy.ts';

type Row = categories.ImportedCategory;

/** What becomes of a tree: new categories, parents first and without slugs, and those that are called otherwise. */
export interface TaxonomyPlan {
  created: Omit<categories.NewCategory, 'slug'>[];
  updated: Row[];
  unchanged: number;
}

interface Planning {
  /** Parents first. */
  file: readonly OrderedCategory[];
  /** The whole tree as it is. */
  tree: readonly Row[];
  locale: string;
  /** Whether names in the locale are names as they were entered. */
  isDefault: boolean;
  newId: () => string;
}

/**
 * Lays a file over the tree. A category is known by its id in the file; one that no file has named before is taken for
 * the one of that name below the same parent. What staff have moved stays where it is.
 */
export function planTaxonomy({ file, tree, locale, isDefault, newId }: Planning): TaxonomyPlan {
  const known = new Map(tree.flatMap((row) => (row.externalId === null ? [] : [[row.externalId, row] as const])));
  const nameless = new Map(
    tree.filter((row) => row.externalId === null).map((row) => [place(row.parentId, row.name), row]),
  );
  const names = new Set(tree.map((row) => place(row.parentId, row.name)));
  const places = new Map<string, { id: string; pathIds: string[] }>();
  const plan: TaxonomyPlan = { created: [], updated: [], unchanged: 0 };
  for (const category of file) {
    const parent = category.parent == null ? undefined : places.get(category.parent);
    const before = known.get(category.id) ?? nameless.get(place(parent?.id ?? null, category.name));
    if (before) {
      const after = renamed({ before, category, locale, isDefault, names });
      places.set(category.id, before);
      if (after) plan.updated.push(after);
      else plan.unchanged += 1;
      continue;
    }
    const id = newId();
    const parentId = parent?.id ?? null;
    const pathIds = [...(parent?.pathIds ?? []), id];
    if (pathIds.length > MAX_DEPTH) throw refuse('category_too_deep', { details: { category: category.id } });
    const name = freeName(category, { parentId, names });
    const translations = isDefault && name === category.name ? {} : { [locale]: { name: category.name } };
    names.add(place(parentId, name));
    places.set(category.id, { id, pathIds });
    const { position, id: externalId } = category;
    plan.created.push({ id, parentId, name, position, pathIds, externalId, translations });
  }
  return plan;
}

const place = (parentId: string | null, name: string) => `${parentId ?? ''}\n${name}`;

/** Siblings are told apart by their names as they were entered; in a language two of them may be called the same. */
function freeName(
  { id, name }: OrderedCategory,
  { parentId, names }: { parentId: string | null; names: ReadonlySet<string> },
): string {
  return names.has(place(parentId, name)) ? `${name} (${id})`.slice(0, 200) : name;
}

/** The row as the file calls it; undefined when it is called so. */
function renamed(input: {
  before: Row;
  category: OrderedCategory;
  locale: string;
  isDefault: boolean;
  names: Set<string>;
}): Row | undefined {
  const { before, category, locale, isDefault, names } = input;
  const { externalId, parentId, translations } = before;
  const isCalledSo = translated({ translations, field: 'name', fallback: isDefault ? before.name : '' }, [locale]);
  if (externalId === category.id && isCalledSo === category.name) return undefined;
  let { name } = before;
  if (isDefault && name !== category.name) {
    name = freeName(category, { parentId, names });
    names.delete(place(parentId, before.name));
    names.add(place(parentId, name));
  }
  const { name: _, ...texts } = translations[locale] ?? {};
  const own = isDefault && name === category.name ? texts : { ...texts, name: category.name };
  const { [locale]: __, ...others } = translations;
  const all = Object.keys(own).length === 0 ? others : { ...others, [locale]: own };
  return { ...before, externalId: category.id, name, translations: all };
}
