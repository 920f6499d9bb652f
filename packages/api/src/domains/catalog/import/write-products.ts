import { isDeepStrictEqual } from 'node:util';
import { catalogProjections, productDetails, products, productVariants, variantDetails } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { addInitialStock } from '../../inventory/index.ts';
import { pathKey } from './ensure-categories.ts';
import { NO_DETAILS, newDetails } from './merge-row.ts';
import type { PlannedProduct } from './plan-products.ts';

interface Write {
  planned: readonly PlannedProduct[];
  categoryIds: ReadonlyMap<string, string>;
  defaultStock: number;
}

/** Writes planned products with everything that belongs to them, set by set. */
export async function writeProducts(ctx: TxCtx, input: Write): Promise<void> {
  const { tx, now } = ctx;
  const { planned, categoryIds } = input;
  const created = planned.filter(({ known }) => !known);
  const updated = planned.filter(({ known }) => known);
  if (created.length > 0) {
    await products.insertProducts(tx, { rows: created.map(({ product }) => product), at: now });
  }
  if (updated.length > 0) await products.saveProducts(tx, { rows: updated.map(({ product }) => product), at: now });
  await products.saveProductCategories(tx, {
    rows: planned.map(({ merged, product }) => ({
      productId: product.id,
      categoryIds: [...new Set(merged.categoryPaths.map((path) => categoryIds.get(pathKey(path)) ?? ''))],
    })),
  });
  await writeDetails(ctx, planned);
  await writeVariants(ctx, input);
  await catalogProjections.refreshProjections(tx, {
    productIds: created.map(({ product }) => product.id),
    at: now,
    isNew: true,
    searchLater: true,
  });
  await catalogProjections.refreshProjections(tx, {
    productIds: updated.map(({ product }) => product.id),
    at: now,
    searchLater: true,
  });
}

/** Of those that have or had any. */
async function writeDetails({ tx, now }: TxCtx, planned: readonly PlannedProduct[]): Promise<void> {
  const rows = planned.flatMap(({ merged, current = NO_DETAILS, product }) => {
    const details = detailsOf(merged);
    return isDeepStrictEqual(details, detailsOf(current)) ? [] : [{ productId: product.id, ...details }];
  });
  if (rows.length > 0) await productDetails.saveProductDetails(tx, { rows, at: now });
}

function detailsOf(of: productDetails.ProductDetails): productDetails.ProductDetails {
  const { kind, translations, seoTitle, seoDescription, tags, publishAt, unpublishAt } = of;
  return { kind, translations, seoTitle, seoDescription, tags, publishAt, unpublishAt };
}

async function writeVariants(ctx: TxCtx, { planned, defaultStock }: Write): Promise<void> {
  const { tx, now, ids } = ctx;
  const added: productVariants.VariantRow[] = [];
  const changed: productVariants.VariantRow[] = [];
  const prices: productVariants.VariantPrice[] = [];
  const withdrawn: { variantId: string; keptCurrencies: string[] }[] = [];
  const stock: { variantId: string; onHand: number }[] = [];
  const details: (variantDetails.VariantDetails & { variantId: string })[] = [];
  for (const { merged, product } of planned) {
    merged.variants.forEach((variant, position) => {
      const { known, externalId, sku, barcode, options, images, status } = variant;
      const id = known?.id ?? ids.uuid(now);
      const rows = known ? changed : added;
      rows.push({ id, productId: product.id, externalId, sku, barcode, options, images, position, status });
      if (!known) stock.push({ variantId: id, onHand: variant.stock ?? defaultStock });
      const before = known?.details ?? newDetails('physical');
      if (!isDeepStrictEqual(variant.details, before)) details.push({ variantId: id, ...variant.details });
      for (const [currency, amountMinor] of Object.entries(variant.prices)) {
        if (known?.prices[currency] !== amountMinor) prices.push({ variantId: id, currency, amountMinor });
      }
      if (known && variant.withdrawn.length > 0) {
        withdrawn.push({ variantId: id, keptCurrencies: Object.keys(variant.prices) });
      }
    });
  }
  const gone = planned.flatMap(({ merged }) => merged.gone.map(({ id }) => id));
  if (gone.length > 0) await productVariants.saveVariantsArchived(tx, { ids: gone, at: now });
  if (changed.length > 0) await productVariants.saveVariants(tx, { rows: changed, at: now });
  if (added.length > 0) await productVariants.insertVariants(tx, { rows: added, at: now });
  if (details.length > 0) await variantDetails.saveVariantDetails(tx, { rows: details });
  if (withdrawn.length > 0) await productVariants.deletePrices(tx, { rows: withdrawn });
  if (prices.length > 0) await productVariants.savePrices(tx, { rows: prices, at: now });
  await addInitialStock(ctx, { rows: stock, reason: 'import' });
}
