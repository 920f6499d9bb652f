import type { productRecords, products } from '@cartwright/db';
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
    kind: record.kind,
    tags: record.tags,
    seo_title: record.seoTitle,
    seo_description: record.seoDescription,
    publish_at: record.publishAt?.toISOString() ?? null,
    unpublish_at: record.unpublishAt?.toISOString() ?? null,
    rating: record.importedRatingMilli === null ? null : record.importedRatingMilli / 1000,
    rating_count: record.importedRatingCount,
    translations: Object.fromEntries(
      Object.entries(record.translations).map(([locale, { seoTitle, seoDescription, ...texts }]) => [
        locale,
        {
          ...texts,
          ...(seoTitle && { seo_title: seoTitle }),
          ...(seoDescription && { seo_description: seoDescription }),
        },
      ]),
    ),
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
    images: record.images.map(pictureOf),
    variants: record.variants.map(({ id, externalId, options, onHand, details, images, ...variant }) => ({
      ...variant,
      id: externalId ?? id,
      attributes: options,
      stock: onHand,
      images: images.map(pictureOf),
      weight_grams: details.weightGrams,
      length_mm: details.lengthMm,
      width_mm: details.widthMm,
      height_mm: details.heightMm,
      track_stock: details.trackStock,
    })),
  };
}

function pictureOf({ url, alt }: products.ProductImage): { url: string; alt: string } {
  return { url, alt };
}
