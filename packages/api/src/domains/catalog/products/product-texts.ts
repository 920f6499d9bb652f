import { locales, type productDetails, type Reader } from '@cartwright/db';
import { refuse } from '../errors.ts';
import type { ProductTexts } from './details-schema.ts';

type Texts = productDetails.ProductDetails['translations'];
const FIELDS = ['title', 'description', 'seoTitle', 'seoDescription'] as const;
export type TextField = (typeof FIELDS)[number];

/**
 * The translations of a product after a change: texts given are set, null removes one. `entered` are the texts that
 * are changed as they were entered: those are what is read in the store's default language from then on, unless a
 * translation is given as well. Refuses with `locale_unknown`.
 */
export async function mergeProductTexts(
  reader: Reader,
  input: {
    translations: Texts;
    changes: Readonly<Record<string, ProductTexts>> | undefined;
    entered: readonly TextField[];
  },
): Promise<Texts> {
  const { translations, changes = {}, entered } = input;
  const outdated = Object.keys(translations).length > 0 && entered.length > 0;
  if (!outdated && Object.keys(changes).length === 0) return translations;
  const codes = (await locales.listLocales(reader)).map(({ code }) => code);
  const merged = structuredClone(translations);
  const ofDefault = merged[codes[0] ?? ''];
  if (ofDefault) for (const field of entered) delete ofDefault[field];
  for (const [locale, change] of Object.entries(changes)) {
    if (!codes.includes(locale)) throw refuse('locale_unknown', { details: { locale } });
    merged[locale] = mergeTexts(merged[locale] ?? {}, change);
  }
  return Object.fromEntries(Object.entries(merged).filter(([, texts]) => Object.keys(texts).length > 0));
}

function mergeTexts(texts: productDetails.ProductTexts, change: ProductTexts): productDetails.ProductTexts {
  const merged: productDetails.ProductTexts = {};
  for (const field of FIELDS) {
    const text = change[field] === undefined ? texts[field] : change[field];
    if (text) merged[field] = text;
  }
  const attributes = Object.entries({ ...texts.attributes, ...change.attributes }).filter(
    (entry): entry is [string, string] => entry[1] !== null,
  );
  if (attributes.length > 0) merged.attributes = Object.fromEntries(attributes);
  return merged;
}
