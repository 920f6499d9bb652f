import type { Runtime } from '@cartwright/api';
import {
  catalogAttributes,
  catalogProjections,
  categories,
  inventory,
  products,
  productVariants,
  productViews,
  shipping,
  store,
  type Tx,
  transaction,
} from '@cartwright/db';
import { demoAttributes } from './data/attributes.ts';
import { demoLocation, demoShippingMethods, demoStore } from './data/store.ts';
import { demoTaxRates } from './data/tax-rates.ts';
import { catalogRows, categoryRows, type RowMaker } from './demo-rows.ts';
import { copyPictures } from './pictures.ts';

/** Thrown by {@link seedDemo}; nothing has been written to the database. */
export class StoreNotEmptyError extends Error {
  override readonly name = 'StoreNotEmptyError';
}

const ACTOR = { kind: 'job', name: 'cartwright ops' };

/**
 * Sets up the demo store and fills it, in one transaction, so that an interrupted seed leaves an empty store.
 * Its pictures are put among the others. Throws {@link StoreNotEmptyError} when the store has been set up
 * or has a product.
 */
export async function seedDemo(runtime: Pick<Runtime, 'db' | 'clock' | 'ids' | 'blobs'>): Promise<void> {
  const { db, clock, ids, blobs } = runtime;
  const pictures = await copyPictures(blobs);
  const now = clock.now();
  const maker: RowMaker = { now, newId: () => ids.uuid(now) };
  await transaction(db, async (tx) => {
    // The second of two seeds at once waits here, and finds the store of the first.
    await categories.lockCatalogStructure(tx);
    await assertEmpty(tx);
    const locationId = maker.newId();
    await seedSettings(tx, { maker, locationId });
    await seedCatalog(tx, { maker, locationId, pictures });
  });
}

async function assertEmpty(tx: Tx): Promise<void> {
  const [product] = await productViews.listAdminProducts(tx, { text: null, status: null, limit: 1, before: null });
  if (product === undefined && (await store.findStore(tx)) === undefined) return;
  throw new StoreNotEmptyError('The store is not empty, so the demo products were not added.');
}

async function seedSettings(tx: Tx, { maker, locationId }: { maker: RowMaker; locationId: string }): Promise<void> {
  await store.saveStore(tx, { ...demoStore, locations: [{ ...demoLocation, id: locationId }], at: maker.now });
  for (const rate of demoTaxRates) await shipping.saveTaxRate(tx, rate);
  for (const [position, method] of demoShippingMethods.entries()) {
    const id = maker.newId();
    await shipping.insertShippingMethod(tx, { ...method, id, countries: [], taxClass: 'standard', position });
  }
}

async function seedCatalog(
  tx: Tx,
  { maker, locationId, pictures }: { maker: RowMaker; locationId: string; pictures: ReadonlyMap<string, string> },
): Promise<void> {
  const at = maker.now;
  const tree = categoryRows(maker);
  const categoryIds = new Map(tree.map(({ slug, id }) => [slug, id]));
  const rows = catalogRows(maker, { categoryIds, pictures });
  await categories.insertCategories(tx, { rows: tree, at });
  await catalogAttributes.saveAttributes(tx, { rows: demoAttributes, at });
  await products.insertProducts(tx, { rows: rows.products, at });
  await products.saveProductCategories(tx, { rows: rows.productCategories });
  await productVariants.insertVariants(tx, { rows: rows.variants, at });
  await productVariants.savePrices(tx, { rows: rows.prices, at });
  await inventory.insertStockLevels(tx, { locationId, rows: rows.stock, reason: 'import', actor: ACTOR, at });
  await catalogProjections.refreshProjections(tx, { productIds: rows.products.map(({ id }) => id), at, isNew: true });
}
