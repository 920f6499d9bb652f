import type { products, variantDetails } from '@cartwright/db';
import { cleanLine, type RowFields, type VariantFields } from './row-fields.ts';

/** A variant of a row. What is undefined the row does not say, and stays as it is. */
export interface ImportVariant {
  externalId: string | undefined;
  /** What the row says, otherwise made of the row's id. */
  sku: string;
  skuGiven: boolean;
  barcode: string | null | undefined;
  options: Record<string, string>;
  /** By currency; null takes a price away. */
  prices: Record<string, number | null>;
  /** Currencies whose price is a plain 0: it is taken for a price only where it is one already. */
  free: string[];
  /** Of a new variant. */
  stock: number | null;
  images: ImportImage[] | undefined;
  /** The first picture, where the row knows one only; '' for none. */
  image: string | undefined;
  status: 'active' | 'archived' | undefined;
  details: ImportVariantDetails;
}

/** What a row says of what a variant weighs and measures, and whether it can run out. */
export type ImportVariantDetails = Partial<
  Pick<variantDetails.VariantDetails, 'weightGrams' | 'lengthMm' | 'widthMm' | 'heightMm' | 'trackStock'>
>;

/** Without words of its own a picture is described by the product's title. */
export interface ImportImage {
  url: string;
  alt: string | undefined;
}

/** The variants of a row; undefined when it says nothing of them. */
export function variantsOf(fields: RowFields, warnings: string[]): ImportVariant[] | undefined {
  const base = fields.sku || fields.id || fields.slug || '';
  const given = fields.variants ?? [];
  if (given.length === 0) {
    const gtin = typeof fields.gtin === 'string' ? fields.gtin : fields.gtin?.[0];
    const variant: ImportVariant = {
      externalId: undefined,
      sku: base,
      skuGiven: Boolean(fields.sku),
      barcode: fields.gtin === undefined ? undefined : cleanLine(gtin ?? '').slice(0, 50) || null,
      options: {},
      ...pricesOf(fields, fields, warnings),
      stock: fields.stock ?? null,
      images: undefined,
      image: undefined,
      status: undefined,
      details: {},
    };
    const says = variant.skuGiven || variant.barcode !== undefined || Object.keys(variant.prices).length > 0;
    return says || fields.stock != null ? [variant] : undefined;
  }
  return given.map((variant, index) => ({
    externalId: variant.id ?? undefined,
    sku: variant.sku || variant.id || `${base}-${index + 1}`,
    skuGiven: Boolean(variant.sku),
    barcode: variant.barcode === undefined ? undefined : variant.barcode || null,
    options: optionsOf(variant.attributes ?? {}),
    ...pricesOf(variant, fields, warnings),
    stock: variant.stock ?? null,
    images: imagesOf(variant.images),
    image: variant.image ?? undefined,
    status: variant.status ?? undefined,
    details: detailsOf(variant),
  }));
}

function detailsOf(fields: VariantFields): ImportVariantDetails {
  const { weight_grams: weightGrams, length_mm: lengthMm, width_mm: widthMm, height_mm: heightMm } = fields;
  return {
    ...(weightGrams !== undefined && { weightGrams }),
    ...(lengthMm !== undefined && { lengthMm }),
    ...(widthMm !== undefined && { widthMm }),
    ...(heightMm !== undefined && { heightMm }),
    ...(typeof fields.track_stock === 'boolean' && { trackStock: fields.track_stock }),
  };
}

/** The pictures of a row; undefined when it says nothing of them. */
export function imagesOf(images: RowFields['images']): ImportImage[] | undefined {
  if (images === undefined) return undefined;
  return (images ?? [])
    .map((image) =>
      typeof image === 'string' ? { url: image, alt: undefined } : { url: image.url, alt: image.alt ?? undefined },
    )
    .filter(({ url }) => url !== '');
}

/** By currency: those of the variant, otherwise the one in the currency of the row. */
function pricesOf(
  variant: Pick<VariantFields, 'price_minor' | 'prices' | 'currency'>,
  row: RowFields,
  warnings: string[],
): Pick<ImportVariant, 'prices' | 'free'> {
  const prices: Record<string, number | null> = { ...row.prices, ...variant.prices };
  const price = variant.price_minor ?? row.price_minor;
  if (price === undefined && variant.price_minor === undefined) return { prices, free: [] };
  // A price without a currency is refused; without a price there is nothing to say in no currency.
  const currency = variant.currency ?? row.currency ?? (price ? '' : undefined);
  // Nothing is given away by mistake: a plain price of 0 in a file is a price that is missing.
  const warning = 'The price of 0 is taken as no price';
  if (price === 0 && !warnings.includes(warning)) warnings.push(warning);
  if (currency === undefined) return { prices, free: [] };
  prices[currency] ??= price || null;
  return { prices, free: price === 0 ? [currency] : [] };
}

function optionsOf(attributes: Record<string, string | number | boolean>): Record<string, string> {
  const entries = Object.entries(attributes).map(([name, value]) => [
    cleanLine(name).slice(0, 200),
    cleanLine(String(value)).slice(0, 200),
  ]);
  return Object.fromEntries(entries.filter(([name, value]) => name !== '' && value !== ''));
}

/** The pictures as they are stored; those that were there before keep words that are not the title's. */
export function storedImages(
  images: readonly ImportImage[],
  title: string,
  before: { title: string; images: readonly products.ProductImage[] } | undefined,
): products.ProductImage[] {
  return images.map(({ url, alt }) => {
    const known = before?.images.find((image) => image.url === url);
    const kept = known && known.alt !== before?.title ? known.alt : undefined;
    return { ...known, url, alt: alt ?? kept ?? title };
  });
}
