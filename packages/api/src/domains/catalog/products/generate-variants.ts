import { catalogProjections, categories, productDetails, products, productVariants } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { assertVersion } from '../../../kit/version.ts';
import { assertCurrencies, assertSkusFree, takenRefusal } from '../check-references.ts';
import { insertNewVariants } from '../create-product.ts';
import { refuse } from '../errors.ts';
import { findAdminProduct } from '../find-admin-product.ts';
import { optionsProblem } from '../variant-options.ts';
import { combinationKey, combinationsOf, countCombinations, isSkuPattern, skuOf } from './combinations.ts';
import { type GeneratedVariants, type GenerateVariantsInput, MAX_COMBINATIONS } from './generate-schema.ts';

type Generated = { sku: string; options: Record<string, string> };

/**
 * Adds a variant for each combination of a product's options that has none, archived ones count too; those that are
 * there stay as they are. Refuses with `product_not_found`, `version_conflict`, `combinations_exceeded` (details:
 * combinations, max), `sku_pattern_invalid`, `options_mismatch` (an active variant does not fit the options),
 * `sku_taken`, `currency_unknown`.
 */
export async function generateVariants(ctx: Ctx, input: GenerateVariantsInput): Promise<GeneratedVariants> {
  try {
    return await inTransaction(ctx, (tx) => addMissing(tx, input));
  } catch (error) {
    throw takenRefusal(error);
  }
}

async function addMissing(ctx: TxCtx, input: GenerateVariantsInput): Promise<GeneratedVariants> {
  const { tx, now } = ctx;
  const product = await products.lockProduct(tx, { id: input.productId });
  if (!product) throw refuse('product_not_found');
  if (input.version !== undefined && input.version !== product.version) {
    assertVersion(input.version, await findAdminProduct(tx, { productId: product.id }));
  }
  const options = input.options ?? product.options;
  const combinations = countCombinations(options);
  if (combinations > MAX_COMBINATIONS) {
    throw refuse('combinations_exceeded', { details: { combinations, max: MAX_COMBINATIONS } });
  }
  const names = options.map(({ name }) => name);
  if (!isSkuPattern(input.skuPattern ?? '', names))
    throw refuse('sku_pattern_invalid', { details: { options: names } });
  const current = await productVariants.listVariants(tx, { productId: product.id });
  const missing = missingOf(product.slug, { options, current, pattern: input.skuPattern });
  const active = current.filter(({ status }) => status === 'active');
  const mismatch = optionsProblem(options, [...active, ...missing]);
  if (mismatch !== undefined) throw refuse('options_mismatch', { detail: mismatch });
  await assertCurrencies(tx, new Set(input.prices?.map(({ currency }) => currency)));
  await assertSkusFree(tx, { skus: missing.map(({ sku }) => sku) });
  const changed = JSON.stringify(options) !== JSON.stringify(product.options);
  const summary = { added: missing.length, kept: combinations - missing.length };
  if (missing.length > 0 || changed) {
    const { version: _version, ...row } = product;
    await products.saveProducts(tx, { rows: [{ ...row, options }], at: now });
    await insertMissing(ctx, { product, current, missing, prices: input.prices });
    const detail = { version: product.version + 1, added: missing.length };
    await audit(ctx, { action: 'product.variants_generated', target: `product:${product.id}`, detail });
    await catalogProjections.refreshProjections(tx, { productIds: [product.id], at: now });
  }
  return {
    ...summary,
    skus: missing.map(({ sku }) => sku),
    version: product.version + (missing.length > 0 || changed ? 1 : 0),
  };
}

function missingOf(
  slug: string,
  input: {
    options: readonly products.ProductOption[];
    current: readonly productVariants.VariantRow[];
    pattern: string | undefined;
  },
): Generated[] {
  const names = input.options.map(({ name }) => name);
  const known = new Set(input.current.map(({ options }) => combinationKey(names, options)));
  return combinationsOf(input.options)
    .filter((options) => !known.has(combinationKey(names, options)))
    .map((options) => ({ options, sku: skuOf(input.pattern, { slug, names, options }) }));
}

async function insertMissing(
  ctx: TxCtx,
  input: {
    product: products.ProductRow;
    current: readonly productVariants.VariantRow[];
    missing: readonly Generated[];
    prices: GenerateVariantsInput['prices'];
  },
): Promise<void> {
  const { product, current, missing, prices } = input;
  const { id: productId, title } = product;
  const details = await productDetails.findProductDetails(ctx.tx, { productId });
  await insertNewVariants(ctx, {
    productId,
    title,
    categoryIds: await categories.listCategoryIdsOf(ctx.tx, { productId }),
    kind: details?.kind ?? 'physical',
    firstPosition: current.reduce((highest, { position }) => Math.max(highest, position), -1) + 1,
    variants: missing.map((variant) => ({ ...variant, id: ctx.ids.uuid(ctx.now), ...(prices && { prices }) })),
  });
}
