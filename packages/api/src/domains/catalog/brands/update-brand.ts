import { brands } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { assertVersion } from '../../../kit/version.ts';
import { changesBetween } from '../changes-between.ts';
import { takenRefusal } from '../check-references.ts';
import { refuse } from '../errors.ts';
import { mergeTranslations } from '../locales/merge-translations.ts';
import { refreshFirst, refreshSoon } from '../refresh-products.ts';
import { imageOf } from './create-brand.ts';
import { findAdminBrand } from './list-brands.ts';
import type { AdminBrand, BrandKeyInput, UpdateBrandInput } from './schema.ts';

/**
 * Changes what is given and counts the version up. A new name is that of all its products at once, and of what is
 * found by search once they have been indexed again: the first 500 with the answer, the others by the worker.
 * Refuses with `brand_not_found`, `version_conflict` (details: current), `brand_taken`, `slug_taken`, `locale_unknown`.
 */
export async function updateBrand(ctx: Ctx, input: UpdateBrandInput): Promise<AdminBrand> {
  try {
    const { brand, renamed } = await inTransaction(ctx, (tx) => changeBrand(tx, input));
    if (renamed) await refreshFirst(ctx, { brandId: brand.id });
    return brand;
  } catch (error) {
    throw takenRefusal(error);
  }
}

async function changeBrand(ctx: TxCtx, input: UpdateBrandInput): Promise<{ brand: AdminBrand; renamed: boolean }> {
  const { tx, now } = ctx;
  const before = await brands.lockBrand(tx, { key: input.brand, products: input.name !== undefined });
  if (!before) throw refuse('brand_not_found', { details: { brand: input.brand } });
  assertVersion(input.version, before);
  const { id, version, createdAt, updatedAt, productCount, ...old } = before;
  const renamed = input.name !== undefined && input.name !== old.name;
  const name = input.name ?? old.name;
  const content: brands.BrandContent = {
    name,
    slug: input.slug ?? old.slug,
    description: input.description ?? old.description,
    image: input.image === undefined ? old.image : imageOf(input.image, name),
    seoTitle: input.seoTitle === undefined ? old.seoTitle : input.seoTitle,
    seoDescription: input.seoDescription === undefined ? old.seoDescription : input.seoDescription,
    translations: await mergeTranslations(tx, {
      translations: old.translations,
      changes: input.translations,
      renamed: renamed ? 'name' : undefined,
    }),
  };
  await brands.saveBrand(tx, { id, ...content, at: now });
  await audit(ctx, { action: 'brand.updated', target: `brand:${id}`, detail: changesBetween(old, content) });
  if (renamed) await refreshSoon(ctx, { brandId: id });
  return { brand: await findAdminBrand(tx, { brand: id }), renamed };
}

/** Removes a brand that no product has. Refuses with `brand_not_found`, `brand_in_use`. */
export async function deleteBrand(ctx: Ctx, input: BrandKeyInput): Promise<void> {
  try {
    await inTransaction(ctx, async (tx) => {
      const brand = await brands.lockBrand(tx.tx, { key: input.brand, products: false });
      if (!brand) throw refuse('brand_not_found', { details: { brand: input.brand } });
      const { id, name, productCount } = brand;
      if (productCount > 0) throw refuse('brand_in_use', { details: { productCount } });
      await brands.deleteBrand(tx.tx, { id });
      await audit(tx, { action: 'brand.deleted', target: `brand:${id}`, detail: { name } });
    });
  } catch (error) {
    throw takenRefusal(error);
  }
}
