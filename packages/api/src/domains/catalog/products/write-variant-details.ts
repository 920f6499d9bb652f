import { type productDetails, variantDetails } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { refuseStock } from '../../inventory/index.ts';
import type { NewVariant } from '../admin-schema.ts';
import { assertAttributes } from '../attributes/assert-attributes.ts';
import { refuse } from '../errors.ts';

type Details = variantDetails.VariantDetails;

export type VariantDetailChanges = Pick<
  NewVariant,
  'weightGrams' | 'lengthMm' | 'widthMm' | 'heightMm' | 'attributes' | 'trackStock' | 'components' | 'stock'
> & { variantId: string; isNew: boolean };

const MEASURES = ['weightGrams', 'lengthMm', 'widthMm', 'heightMm'] as const;

/**
 * Writes what is given of the details of variants that are there, each named once; new ones get what their product's
 * kind says. Refuses with `attribute_unknown`, `attribute_value_invalid`, `bundle_component_invalid` (details:
 * variantId, reason) and `bundle_has_no_stock`.
 */
export async function writeVariantDetails(
  ctx: TxCtx,
  input: {
    productId: string;
    categoryIds: readonly string[];
    kind: productDetails.ProductKind;
    variants: readonly VariantDetailChanges[];
  },
): Promise<void> {
  const { productId, categoryIds, kind, variants } = input;
  if (variants.length === 0) return;
  const isBundle = kind === 'bundle';
  if (isBundle && variants.some(({ stock }) => stock !== undefined)) throw refuseStock('bundle_has_no_stock');
  for (const { attributes } of variants) {
    if (attributes) await assertAttributes(ctx.tx, { values: attributes, categoryIds, complete: false });
  }
  const differs = variants.some((variant) => hasDetails(variant) || (variant.isNew && kind !== 'physical'));
  if (differs) await saveDetails(ctx, { productId, kind, variants });
  const made = variants.filter(({ components }) => components !== undefined);
  if (made.length > 0) await saveComponents(ctx, { isBundle, variants: made });
}

const hasDetails = (variant: VariantDetailChanges) =>
  MEASURES.some((field) => variant[field] !== undefined) ||
  variant.attributes !== undefined ||
  variant.trackStock !== undefined;

async function saveDetails(
  ctx: TxCtx,
  input: { productId: string; kind: productDetails.ProductKind; variants: readonly VariantDetailChanges[] },
): Promise<void> {
  const { productId, kind, variants } = input;
  const current = new Map(
    (await variantDetails.listVariantDetails(ctx.tx, { productId })).map((details) => [details.variantId, details]),
  );
  const rows = variants.flatMap((change) => {
    const before = current.get(change.variantId);
    return before ? [{ variantId: change.variantId, ...merge(before, change, kind) }] : [];
  });
  await variantDetails.saveVariantDetails(ctx.tx, { rows });
}

function merge(before: Details, change: VariantDetailChanges, kind: productDetails.ProductKind): Details {
  const measures = MEASURES.map((field) => [field, change[field] === undefined ? before[field] : change[field]]);
  return {
    ...(Object.fromEntries(measures) as Pick<Details, (typeof MEASURES)[number]>),
    attributes: change.attributes ?? before.attributes,
    trackStock: change.trackStock ?? (change.isNew ? kind !== 'digital' : before.trackStock),
    isBundle: kind === 'bundle',
  };
}

async function saveComponents(
  ctx: TxCtx,
  input: { isBundle: boolean; variants: readonly VariantDetailChanges[] },
): Promise<void> {
  const rows = input.variants.flatMap(({ variantId, components = [] }) =>
    components.map((component) => ({
      bundleId: variantId,
      componentId: component.variantId,
      quantity: component.quantity,
    })),
  );
  const invalid = (variantId: string, reason: string) =>
    refuse('bundle_component_invalid', { details: { variantId, reason } });
  const [first] = rows;
  if (!input.isBundle && first) throw invalid(first.bundleId, 'The product is not a bundle.');
  const candidates = await variantDetails.listComponentCandidates(ctx.tx, {
    variantIds: rows.map(({ componentId }) => componentId),
  });
  const known = new Map(candidates.map(({ variantId, isBundle }) => [variantId, isBundle]));
  const seen = new Set<string>();
  for (const { bundleId, componentId } of rows) {
    const isBundle = known.get(componentId);
    if (isBundle === undefined) throw invalid(componentId, 'There is no such variant.');
    if (isBundle) throw invalid(componentId, 'It is a bundle itself.');
    if (seen.has(`${bundleId} ${componentId}`)) throw invalid(componentId, 'It is named twice.');
    seen.add(`${bundleId} ${componentId}`);
  }
  const bundleIds = input.variants.map(({ variantId }) => variantId);
  await variantDetails.saveComponents(ctx.tx, { bundleIds, rows });
}
