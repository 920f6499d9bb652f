import { catalogProjections, products, productVariants } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { addInitialStock } from '../../inventory/index.ts';
import { chooseVariants, wantedSkus } from './choose-skus.ts';
import { pathKey } from './ensure-categories.ts';
import type { PlannedProduct } from './plan-products.ts';

export interface Warning {
  row: number;
  message: string;
}

/** Writes planned products with everything that belongs to them, set by set. Answers what was not as the file wants it. */
export async function writeProducts(
  ctx: TxCtx,
  input: {
    planned: readonly PlannedProduct[];
    categoryIds: ReadonlyMap<string, string>;
    defaultStock: number;
    currencies: readonly string[];
  },
): Promise<Warning[]> {
  const { tx, now } = ctx;
  const { planned, categoryIds } = input;
  const created = planned.filter(({ known }) => !known);
  const updated = planned.filter(({ known }) => known);
  if (created.length > 0) {
    await products.insertProducts(tx, { rows: created.map(({ product }) => product), at: now });
  }
  if (updated.length > 0) await products.saveProducts(tx, { rows: updated.map(({ product }) => product), at: now });
  await products.saveProductCategories(tx, {
    rows: planned.map(({ row, product }) => ({
      productId: product.id,
      categoryIds: [...new Set(row.categoryPaths.map((path) => categoryIds.get(pathKey(path)) ?? ''))],
    })),
  });
  const warnings = await writeVariants(ctx, input);
  await catalogProjections.refreshProjections(tx, {
    productIds: created.map(({ product }) => product.id),
    at: now,
    isNew: true,
  });
  await catalogProjections.refreshProjections(tx, { productIds: updated.map(({ product }) => product.id), at: now });
  return warnings;
}

async function writeVariants(
  ctx: TxCtx,
  input: { planned: readonly PlannedProduct[]; defaultStock: number; currencies: readonly string[] },
): Promise<Warning[]> {
  const { tx, now, ids } = ctx;
  const { planned, defaultStock, currencies } = input;
  const holders = await productVariants.listSkuHolders(tx, { skus: wantedSkus(planned.map(({ row }) => row)) });
  const taken = new Map(holders.map(({ sku, variantId }) => [sku, variantId]));
  const warnings: Warning[] = [];
  const added: productVariants.VariantRow[] = [];
  const changed: productVariants.VariantRow[] = [];
  const prices: productVariants.VariantPrice[] = [];
  const withdrawn: { variantId: string; keptCurrencies: string[] }[] = [];
  const stock: { variantId: string; onHand: number }[] = [];
  const gone: string[] = [];
  for (const { number, row, known, product } of planned) {
    const chosen = chooseVariants(row, known?.variants ?? [], taken);
    warnings.push(...chosen.warnings.map((message) => ({ row: number, message })));
    row.variants.forEach((variant, position) => {
      const { known: before, sku = variant.sku } = chosen.variants[position] ?? {};
      const id = before?.id ?? ids.uuid(now);
      const { externalId, barcode, options, priceMinor } = variant;
      const images = variant.images.map((url) => ({ url, alt: row.title }));
      const rows = before ? changed : added;
      rows.push({ id, productId: product.id, externalId, sku, barcode, options, images, position, status: 'active' });
      if (!before) stock.push({ variantId: id, onHand: variant.stock ?? defaultStock });
      if (priceMinor !== null && row.currency !== null) {
        prices.push({ variantId: id, currency: row.currency, amountMinor: priceMinor });
      } else if (before && row.currency !== null) {
        withdrawn.push({ variantId: id, keptCurrencies: currencies.filter((code) => code !== row.currency) });
      }
    });
    const kept = new Set(chosen.variants.map(({ known: before }) => before?.id));
    gone.push(...(known?.variants ?? []).filter(({ id }) => !kept.has(id)).map(({ id }) => id));
  }
  if (gone.length > 0) await productVariants.saveVariantsArchived(tx, { ids: gone, at: now });
  if (changed.length > 0) await productVariants.saveVariants(tx, { rows: changed, at: now });
  if (added.length > 0) await productVariants.insertVariants(tx, { rows: added, at: now });
  if (withdrawn.length > 0) await productVariants.deletePrices(tx, { rows: withdrawn });
  if (prices.length > 0) await productVariants.savePrices(tx, { rows: prices, at: now });
  await addInitialStock(ctx, { rows: stock, reason: 'import' });
  return warnings;
}
