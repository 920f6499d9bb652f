import { catalogProjections, productDetails, products, productVariants } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../context.ts';
import { audit } from '../../kit/audit.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { addInitialStock } from '../inventory/index.ts';
import type { AdminProduct, CreateProductInput, NewVariant } from './admin-schema.ts';
import { assertAttributes } from './attributes/assert-attributes.ts';
import { inheritedTaxClass } from './categories/inherited-tax-class.ts';
import {
  assertCurrencies,
  assertSkusFree,
  assertSlugFree,
  assertTaxClass,
  categoryIdsOf,
  takenRefusal,
} from './check-references.ts';
import { refuse } from './errors.ts';
import { findAdminProduct } from './find-admin-product.ts';
import { imagesOf, withPictures } from './product-pictures.ts';
import { writeDetails } from './products/write-details.ts';
import { writeVariantDetails } from './products/write-variant-details.ts';
import { slugCandidates, takeSlug } from './slug.ts';
import { optionsOf, optionsProblem } from './variant-options.ts';

/**
 * Adds a product with its variants, prices and first stock, and lists it when it is active and priced.
 * Refuses with `slug_taken`, `sku_taken`, `category_unknown`, `attribute_unknown`, `attribute_value_invalid`,
 * `options_mismatch`, `currency_unknown`, `tax_class_unknown`, `media_unknown`, `locale_unknown`,
 * `publish_window_invalid`, `bundle_component_invalid`, `bundle_has_no_stock`.
 */
export async function createProduct(ctx: Ctx, input: CreateProductInput): Promise<AdminProduct> {
  try {
    return await inTransaction(ctx, async (txCtx) => insertProduct(txCtx, await withPictures(txCtx.tx, input)));
  } catch (error) {
    throw takenRefusal(error);
  }
}

async function insertProduct(ctx: TxCtx, input: CreateProductInput): Promise<AdminProduct> {
  const { tx, now, ids } = ctx;
  const id = ids.uuid(now);
  const variants = input.variants.map((variant) => ({ ...variant, id: ids.uuid(now), options: variant.options ?? {} }));
  const options = input.options ?? optionsOf(variants);
  const mismatch = optionsProblem(options, variants);
  if (mismatch !== undefined) throw refuse('options_mismatch', { detail: mismatch });

  const prices = variants.flatMap((variant) => pricesOf(variant.id, variant.prices ?? []));
  await assertCurrencies(tx, new Set(prices.map(({ currency }) => currency)));
  if (input.taxClass !== undefined) await assertTaxClass(tx, input.taxClass);
  await assertSkusFree(tx, { skus: variants.map(({ sku }) => sku) });
  const categoryIds = await categoryIdsOf(tx, input.categories ?? []);
  await assertAttributes(tx, { values: input.attributes ?? {}, categoryIds, complete: true });

  await products.insertProducts(tx, {
    rows: [
      {
        id,
        externalId: null,
        slug: await freeSlug(ctx, { id, title: input.title, slug: input.slug }),
        title: input.title,
        description: input.description ?? '',
        brand: input.brand ?? null,
        status: input.status,
        showUnpriced: input.showUnpriced ?? false,
        taxClass: input.taxClass ?? (await inheritedTaxClass(tx, categoryIds)),
        attributes: input.attributes ?? {},
        options,
        images: imagesOf(input.images, input.title),
        importHash: null,
        publishedAt: input.status === 'active' ? now : null,
      },
    ],
    at: now,
  });
  await products.saveProductCategories(tx, { rows: [{ productId: id, categoryIds }] });
  const changes = { ...input, title: undefined, description: undefined };
  const { kind } = await writeDetails(ctx, { productId: id, before: undefined, changes });
  const { title } = input;
  await insertNewVariants(ctx, { productId: id, title, categoryIds, kind, firstPosition: 0, variants });
  await audit(ctx, { action: 'product.created', target: `product:${id}`, detail: { title } });
  await catalogProjections.refreshProjections(tx, { productIds: [id], at: now, isNew: true });
  return findAdminProduct(tx, { productId: id });
}

async function freeSlug(ctx: TxCtx, product: { id: string; title: string; slug: string | undefined }): Promise<string> {
  if (product.slug !== undefined) {
    await assertSlugFree(ctx.tx, product.slug);
    return product.slug;
  }
  const candidates = slugCandidates(product.title, product.id);
  const query = { slugs: candidates };
  const taken = await products.listTakenSlugs(ctx.tx, query);
  return takeSlug(candidates, new Set([...taken, ...(await productDetails.listFormerSlugs(ctx.tx, query))]));
}

/** Adds checked variants to a product, with prices and first stock. */
export async function insertNewVariants(
  ctx: TxCtx,
  input: {
    productId: string;
    title: string;
    categoryIds: readonly string[];
    kind: productDetails.ProductKind;
    firstPosition: number;
    variants: readonly (NewVariant & { id: string; options: Record<string, string> })[];
  },
): Promise<void> {
  const { tx, now } = ctx;
  const { productId, title, categoryIds, kind, firstPosition, variants } = input;
  if (variants.length === 0) return;
  await productVariants.insertVariants(tx, {
    rows: variants.map((variant, index) => ({
      id: variant.id,
      productId,
      externalId: null,
      sku: variant.sku,
      barcode: variant.barcode ?? null,
      options: variant.options,
      images: imagesOf(variant.images, title),
      position: firstPosition + index,
      status: 'active',
    })),
    at: now,
  });
  const details = variants.map((variant) => ({ ...variant, variantId: variant.id, isNew: true }));
  await writeVariantDetails(ctx, { productId, categoryIds, kind, variants: details });
  const prices = variants.flatMap((variant) => pricesOf(variant.id, variant.prices ?? []));
  if (prices.length > 0) await productVariants.savePrices(tx, { rows: prices, at: now });
  const rows = variants.flatMap(({ id, stock }) => (stock === undefined ? [] : [{ variantId: id, onHand: stock }]));
  await addInitialStock(ctx, { rows, reason: 'correction' });
}

/** A variant's prices as rows; the last one of a currency counts. */
export function pricesOf(
  variantId: string,
  prices: readonly { amount: number; currency: string }[],
): productVariants.VariantPrice[] {
  const byCurrency = new Map(prices.map(({ amount, currency }) => [currency, amount]));
  return [...byCurrency].map(([currency, amountMinor]) => ({ variantId, currency, amountMinor }));
}
