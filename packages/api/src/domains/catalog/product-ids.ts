import { products, type Reader } from '@cartwright/db';
import { inputIssue } from '../../trpc/errors.ts';

/** The ids of products named by slug or id in the field `products`, each once. Refuses with a pointer to what there is not. */
export async function productIdsOf(reader: Reader, keys: readonly string[]): Promise<string[]> {
  const found = await products.listProductsByKey(reader, { keys });
  // A slug may look like another product's id: the id is meant.
  const ids = new Map([
    ...found.map((row) => [row.slug, row.id] as const),
    ...found.map((row) => [row.id, row.id] as const),
  ]);
  const resolved = keys.map((key, index) => {
    const id = ids.get(key);
    if (id === undefined) throw inputIssue(`/products/${index}`, 'The store has no such product');
    return id;
  });
  return [...new Set(resolved)];
}
