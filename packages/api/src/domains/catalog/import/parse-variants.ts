import type { products } from '@cartwright/db';
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
  /** Of a new variant. */
  stock: number | null;
  images: ImportImage[] | undefined;
  status: 'active' | 'archived' | undefined;
}

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
      prices: pricesOf(fields, fields, warnings),
      stock: fields.stock ?? null,
      images: undefined,
      status: undefined,
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
    prices: pricesOf(variant, fields, warnings),
    stock: variant.stock ?? null,
    images: imagesOf(variant.images),
    status: variant.status ?? undefined,
  }));
}

/** The pictures of a row; undefined when it says nothing of them. */
export function imagesOf(images: RowFields['images']): ImportImage[] | undefined {
  if (images === undefined) return undefined;
  return (images ?? [])
    .map((image) => (typeof image === 'string' ? { url: image, alt: undefined } : { ...image, alt: image.alt ?? '' }))
    .filter(({ url }) => url !== '');
}

/** By currency: those of the variant, otherwise the one in the currency of the row. */
function pricesOf(
  variant: Pick<VariantFields, 'price_minor' | 'prices'>,
  row: RowFields,
  warnings: string[],
): Record<string, number | null> {
  const prices = { ...row.prices, ...variant.prices };
  const price = variant.price_minor ?? row.price_minor;
  if (price === undefined && variant.price_minor === undefined) return prices;
  // A price without a currency is refused; without a price there is nothing to say in no currency.
  const currency = row.currency ?? (price ? '' : undefined);
  if (currency !== undefined) prices[currency] ??= priceOf(price, warnings);
  else priceOf(price, warnings);
  return prices;
}

/** Nothing is given away by mistake: a plain price of 0 in a file is a price that is missing. */
function priceOf(price: number | null | undefined, warnings: string[]): number | null {
  if (price !== 0) return price ?? null;
  const warning = 'The price of 0 is taken as no price';
  if (!warnings.includes(warning)) warnings.push(warning);
  return null;
}

function optionsOf(attributes: Record<string, string | number | boolean>): Record<string, string> {
  const entries = Object.entries(attributes).map(([name, value]) => [
    cleanLine(name).slice(0, 200),
    cleanLine(String(value)).slice(0, 200),
  ]);
  return Object.fromEntries(entries.filter(([name, value]) => name !== '' && value !== ''));
}

/** The pictures as they are stored. */
export function storedImages(images: readonly ImportImage[], title: string): products.ProductImage[] {
  return images.map(({ url, alt }) => ({ url, alt: alt ?? title }));
}
