import type { productRecords } from '@cartwright/db';
import { attributeCode } from '../attributes/attribute-type.ts';
import type { ExportedProduct } from './schema.ts';

/** The row that an import makes the same product of. `nameOf` gives the name of an attribute's code. */
export function exportedProduct(
  record: productRecords.ProductRecord,
  nameOf: (code: string) => string | undefined,
): ExportedProduct {
  const [path = [], ...more] = record.categoryPaths;
  return {
    id: record.externalId ?? record.id,
    slug: record.slug,
    title: record.title,
    description: record.description,
    brand: record.brand,
    status: record.status,
    show_unpriced: record.showUnpriced,
    tax_class: record.taxClass,
    category_path: path,
    category_paths_extra: more,
    attributes: Object.fromEntries(
      Object.entries(record.attributes).map(([code, value]) => {
        const name = nameOf(code);
        // A name that makes another code would come back as another attribute.
        return [name !== undefined && attributeCode(name) === code ? name : code, value];
      }),
    ),
    options: record.options,
    images: record.images,
    variants: record.variants.map(({ id, externalId, options, onHand, ...variant }) => ({
      ...variant,
      id: externalId ?? id,
      attributes: options,
      stock: onHand,
    })),
  };
}
