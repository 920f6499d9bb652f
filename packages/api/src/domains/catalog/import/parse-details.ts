import type { productDetails } from '@cartwright/db';
import { normalTags } from '../products/write-details.ts';
import { cleanLine, cleanText, type RowFields } from './row-fields.ts';

type Details = productDetails.ProductDetails;

/** What a row says of its product beyond what every product needs. What is undefined stays as it is. */
export type ImportDetails = { [Field in keyof Omit<Details, 'translations'>]: Details[Field] | undefined } & {
  /** By locale; null takes one away. */
  translations: Record<string, productDetails.ProductTexts | null>;
  /** The average times 1000; null of none. */
  importedRatingMilli: number | null | undefined;
  importedRatingCount: number | undefined;
};

const MAX_RATING = 5;

export function detailsOf(fields: RowFields): ImportDetails {
  return {
    kind: fields.kind ?? undefined,
    tags: fields.tags === undefined ? undefined : normalTags(fields.tags ?? []).filter((tag) => tag !== ''),
    seoTitle: fields.seo_title === undefined ? undefined : fields.seo_title || null,
    seoDescription: fields.seo_description === undefined ? undefined : fields.seo_description || null,
    publishAt: fields.publish_at,
    unpublishAt: fields.unpublish_at,
    translations: translationsOf(fields.translations ?? {}),
    ...ratingOf(fields),
  };
}

/** Of a number from 0 to 5 and how many gave it; one when the row does not say. Anything else says nothing. */
function ratingOf({
  rating,
  rating_count: count,
}: RowFields): Pick<ImportDetails, 'importedRatingMilli' | 'importedRatingCount'> {
  const isRating = typeof rating === 'number' && rating >= 0 && rating <= MAX_RATING;
  const isCount = Number.isSafeInteger(count) && Number(count) >= 0 && Number(count) < 2 ** 31;
  if (rating === null) return { importedRatingMilli: null, importedRatingCount: 0 };
  if (!isRating || !(isCount || count === undefined || count === null)) {
    return { importedRatingMilli: undefined, importedRatingCount: undefined };
  }
  return { importedRatingMilli: Math.round(rating * 1000), importedRatingCount: isCount ? Number(count) : 1 };
}

function translationsOf(given: NonNullable<RowFields['translations']>): ImportDetails['translations'] {
  return Object.fromEntries(
    Object.entries(given).map(([locale, texts]) => {
      if (texts === null) return [locale, null];
      const attributes = Object.entries(texts.attributes ?? {})
        .map(([code, text]) => [code, cleanLine(text)] as const)
        .filter(([, text]) => text !== '');
      const description = cleanText(texts.description ?? '');
      const own: productDetails.ProductTexts = {
        ...(texts.title && { title: texts.title }),
        ...(description !== '' && { description }),
        ...(texts.seo_title && { seoTitle: texts.seo_title }),
        ...(texts.seo_description && { seoDescription: texts.seo_description }),
        ...(attributes.length > 0 && { attributes: Object.fromEntries(attributes) }),
      };
      return [locale, Object.keys(own).length > 0 ? own : null];
    }),
  );
}
