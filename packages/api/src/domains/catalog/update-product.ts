import { catalogProjections, categories, productDetails, products, productVariants } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../context.ts';
import { audit } from '../../kit/audit.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { assertVersion } from '../../kit/version.ts';
import type { AdminProduct, UpdateProductInput, VariantChange } from './admin-schema.ts';
import { assertAttributes } from './attributes/assert-attributes.ts';
import {
  assertCurrencies,
  assertSkusFree,
  assertSlugFree,
  assertTaxClass,
  categoryIdsOf,
  takenRefusal,
} from './check-references.ts';
import { insertNewVariants, pricesOf } from './create-product.ts';
import { refuse } from './errors.ts';
import { findAdminProduct } from './find-admin-product.ts';
import { imagesOf, withPictures } from './product-pictures.ts';
import { writeDetails } from './products/write-details.ts';
import { writeVariantDetails } from './products/write-variant-details.ts';
import { optionsOf, optionsProblem } from './variant-options.ts';

type Locked = products.ProductRow & { version: number };
type Variant = productVariants.VariantRow;

/**
 * Changes what is given and counts the version up. A variant with an id is changed, one without is added.
 * A new slug leaves the old one leading here. Refuses with `product_not_found`, `version_conflict` (details: current),
 * `product_variant_not_found`, `product_kind_fixed`, and with the refusals of creating.
 */
export async function updateProduct(ctx: Ctx, input: UpdateProductInput): Promise<AdminProduct> {
  try {
    return await inTransaction(ctx, async (txCtx) => changeProduct(txCtx, await withPictures(txCtx.tx, input)));
  } catch (error) {
    throw takenRefusal(error);
  }
}

async function changeProduct(ctx: TxCtx, input: UpdateProductInput): Promise<AdminProduct> {
  const { tx, now } = ctx;
  const product = await products.lockProduct(tx, { id: input.productId });
  if (!product) throw refuse('product_not_found');
  if (input.version !== undefined && input.version !== product.version) {
    assertVersion(input.version, await findAdminProduct(tx, { productId: product.id }));
  }
  if (input.taxClass !== undefined) await assertTaxClass(tx, input.taxClass);
  if (input.slug !== undefined && input.slug !== product.slug) await assertSlugFree(tx, input.slug);
  const categoryIds = input.categories && (await categoryIdsOf(tx, input.categories));
  const attributes = await changedAttributes(ctx, product, { ...input, categoryIds });
  const before = await productDetails.findProductDetails(tx, { productId: product.id });
  const { kind } = await writeDetails(ctx, { productId: product.id, before, changes: input });
  const options = await changeVariants(ctx, { ...product, kind }, { ...input, categoryIds });

  const title = input.title ?? product.title;
  const status = input.status ?? product.status;
  await products.saveProducts(tx, {
    rows: [
      {
        id: product.id,
        slug: input.slug ?? product.slug,
        title,
        description: input.description ?? product.description,
        brand: input.brand === undefined ? product.brand : input.brand,
        status,
        showUnpriced: input.showUnpriced ?? product.showUnpriced,
        taxClass: input.taxClass ?? product.taxClass,
        attributes,
        options,
        images: input.images ? imagesOf(input.images, title) : product.images,
        // The row that made it has not changed: importing it again must not undo what was changed by hand.
        importHash: product.importHash,
        publishedAt: product.publishedAt ?? (status === 'active' ? now : null),
      },
    ],
    at: now,
  });
  if (categoryIds) await products.saveProductCategories(tx, { rows: [{ productId: product.id, categoryIds }] });
  if (input.slug !== undefined && input.slug !== product.slug) {
    const { id: productId, slug: former } = product;
    await productDetails.saveFormerSlug(tx, { productId, former, slug: input.slug, at: now });
  }
  const { productId, version, ...changes } = input;
  const detail = { version: product.version + 1, changed: Object.keys(changes).sort() };
  await audit(ctx, { action: 'product.updated', target: `product:${product.id}`, detail });
  await catalogProjections.refreshProjections(tx, { productIds: [product.id], at: now });
  return findAdminProduct(tx, { productId: product.id });
}

async function changedAttributes(
  ctx: TxCtx,
  product: Locked,
  input: Pick<UpdateProductInput, 'attributes' | 'status'> & { categoryIds: readonly string[] | undefined },
): Promise<Locked['attributes']> {
  const isPublished = input.status === 'active' && product.status !== 'active';
  // What is required is asked for by whoever changes what it depends on: not by a change of the price.
  const complete = input.attributes !== undefined || input.categoryIds !== undefined || isPublished;
  if (!complete) return product.attributes;
  const given = Object.entries(input.attributes ?? {});
  const set = given.filter((entry): entry is [string, products.AttributeValue] => entry[1] !== null);
  const removed = new Set(given.filter(([, value]) => value === null).map(([code]) => code));
  const kept = Object.entries(product.attributes).filter(([code]) => !removed.has(code));
  await assertAttributes(ctx.tx, {
    values: Object.fromEntries(set),
    kept: Object.fromEntries(kept),
    categoryIds: input.categoryIds ?? (await categories.listCategoryIdsOf(ctx.tx, { productId: product.id })),
    complete,
  });
  return Object.fromEntries([...kept, ...set]);
}

/** Writes the variants given and answers the product's options, which the active ones fit. */
async function changeVariants(
  ctx: TxCtx,
  product: Locked & { kind: productDetails.ProductKind },
  input: UpdateProductInput & { categoryIds: readonly string[] | undefined },
): Promise<products.ProductOption[]> {
  const { tx, now, ids } = ctx;
  const changes = input.variants ?? [];
  if (changes.length === 0 && input.options === undefined) return product.options;
  const current = await productVariants.listVariants(tx, { productId: product.id });
  const changed = changes.flatMap((change) => (change.id === undefined ? [] : [merge(current, change)]));
  const added = changes.flatMap((change) => {
    if (change.id !== undefined) return [];
    if (change.sku === undefined) throw refuse('options_mismatch', { detail: 'A new variant needs a SKU.' });
    const { status, barcode, ...rest } = change;
    const options = change.options ?? {};
    return [{ ...rest, id: ids.uuid(now), sku: change.sku, options, ...(barcode != null && { barcode }) }];
  });

  const changedIds = new Set(changed.map(({ id }) => id));
  const active = [...current.filter(({ id }) => !changedIds.has(id)), ...changed].filter((v) => v.status === 'active');
  const options = input.options ?? mergedOptions(product.options, [...active, ...added]);
  const mismatch = optionsProblem(options, [...active, ...added]);
  if (mismatch !== undefined) throw refuse('options_mismatch', { detail: mismatch });
  await assertCurrencies(tx, new Set(changes.flatMap(({ prices }) => prices?.map(({ currency }) => currency) ?? [])));
  await assertSkusFree(tx, { skus: [...changed, ...added].map(({ sku }) => sku), except: changedIds });

  await productVariants.saveVariants(tx, { rows: changed, at: now });
  await replacePrices(ctx, changes);
  const { id: productId, title, kind } = product;
  const categoryIds = input.categoryIds ?? (await categories.listCategoryIdsOf(tx, { productId }));
  const details = changes.flatMap((change) =>
    change.id === undefined ? [] : [{ ...change, variantId: change.id, isNew: false, stock: undefined }],
  );
  await writeVariantDetails(ctx, { productId, categoryIds, kind, variants: details });
  const firstPosition = current.reduce((highest, { position }) => Math.max(highest, position), -1) + 1;
  await insertNewVariants(ctx, { productId, title, categoryIds, kind, firstPosition, variants: added });
  return options;
}

function merge(current: readonly Variant[], change: VariantChange): Variant {
  const variant = current.find(({ id }) => id === change.id);
  if (!variant) throw refuse('product_variant_not_found', { details: { variantId: change.id } });
  return {
    ...variant,
    sku: change.sku ?? variant.sku,
    barcode: change.barcode === undefined ? variant.barcode : change.barcode,
    options: change.options ?? variant.options,
    images: change.images ? imagesOf(change.images, variant.sku) : variant.images,
    status: change.status ?? variant.status,
  };
}

/** The options there are, with the values that variants add to them, without values that no variant has any more. */
function mergedOptions(
  options: readonly products.ProductOption[],
  variants: readonly { options: Record<string, string> }[],
): products.ProductOption[] {
  const used = new Map(optionsOf(variants).map(({ name, values }) => [name, values]));
  const known = options.flatMap(({ name, values }) => {
    const now = used.get(name);
    used.delete(name);
    return now
      ? [{ name, values: [...values.filter((v) => now.includes(v)), ...now.filter((v) => !values.includes(v))] }]
      : [];
  });
  return [...known, ...[...used].map(([name, values]) => ({ name, values }))];
}

async function replacePrices(ctx: TxCtx, changes: readonly VariantChange[]): Promise<void> {
  const given = changes.flatMap(({ id, prices }) =>
    id === undefined || prices === undefined ? [] : [{ variantId: id, prices: pricesOf(id, prices) }],
  );
  if (given.length === 0) return;
  await productVariants.deletePrices(ctx.tx, {
    rows: given.map(({ variantId, prices }) => ({
      variantId,
      keptCurrencies: prices.map(({ currency }) => currency),
    })),
  });
  await productVariants.savePrices(ctx.tx, { rows: given.flatMap(({ prices }) => prices), at: ctx.now });
}
