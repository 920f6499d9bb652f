import { catalogAttributes, type Reader } from '@cartwright/db';
import type { CategoryAttribute } from './schema.ts';

type Flag = keyof catalogAttributes.AttributeFlags;
type Path = catalogAttributes.PathAssignment;

/** What holds for a category of an attribute, and who says so: the nearest assignment that says something, else the definition. */
function effectiveFlag<F extends Flag>({ assignments, definition }: Path, flag: F, categoryId: string) {
  const nearest = assignments.findLast((each) => each[flag] !== null);
  if (!nearest) return { value: definition[flag], source: 'definition' as const, category: null };
  const source = nearest.category.id === categoryId ? ('own' as const) : ('inherited' as const);
  // Found by not being null.
  return { value: nearest[flag] as catalogAttributes.AttributeFlags[F], source, category: nearest.category };
}

/** The attributes that a category has or inherits, in the order in which a product shows them. */
export async function listCategoryAttributes(reader: Reader, categoryId: string): Promise<CategoryAttribute[]> {
  const paths = await catalogAttributes.listPathAssignments(reader, { categoryId });
  return paths
    .map((path) => ({
      code: path.code,
      name: path.definition.name,
      type: path.definition.type,
      assignedBy: path.assignments.map(({ category }) => category),
      required: effectiveFlag(path, 'required', categoryId),
      filterable: effectiveFlag(path, 'filterable', categoryId),
      sortable: effectiveFlag(path, 'sortable', categoryId),
      searchable: effectiveFlag(path, 'searchable', categoryId),
      variantForming: effectiveFlag(path, 'variantForming', categoryId),
      position: effectiveFlag(path, 'position', categoryId),
    }))
    .sort((a, b) => a.position.value - b.position.value || (a.name < b.name ? -1 : 1));
}
