import { productDetails } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { refuse } from '../errors.ts';
import { sweepAt } from './apply-windows.ts';
import type { ProductTexts } from './details-schema.ts';
import { mergeProductTexts, type TextField } from './product-texts.ts';

export interface DetailChanges {
  kind?: productDetails.ProductKind | undefined;
  seoTitle?: string | null | undefined;
  seoDescription?: string | null | undefined;
  tags?: readonly string[] | undefined;
  publishAt?: Date | null | undefined;
  unpublishAt?: Date | null | undefined;
  translations?: Readonly<Record<string, ProductTexts>> | undefined;
  title?: string | undefined;
  description?: string | undefined;
}

const NONE: productDetails.ProductDetails = {
  kind: 'physical',
  translations: {},
  seoTitle: null,
  seoDescription: null,
  tags: [],
  publishAt: null,
  unpublishAt: null,
};

/**
 * Writes the details of a product that the caller has made (`before` undefined) or locked, as changed, and answers
 * them. When its window opens or closes later, the lists are told then.
 * Refuses with `product_kind_fixed`, `publish_window_invalid`, `locale_unknown`.
 */
export async function writeDetails(
  ctx: TxCtx,
  product: { productId: string; before: productDetails.ProductDetails | undefined; changes: DetailChanges },
): Promise<productDetails.ProductDetails> {
  const { productId, before = NONE, changes } = product;
  const kind = changes.kind ?? before.kind;
  const wasBundle = before.kind === 'bundle';
  if (product.before && wasBundle !== (kind === 'bundle')) throw refuse('product_kind_fixed');
  const details: productDetails.ProductDetails = {
    kind,
    seoTitle: changes.seoTitle === undefined ? before.seoTitle : changes.seoTitle,
    seoDescription: changes.seoDescription === undefined ? before.seoDescription : changes.seoDescription,
    tags: changes.tags ? normalTags(changes.tags) : before.tags,
    publishAt: changes.publishAt === undefined ? before.publishAt : changes.publishAt,
    unpublishAt: changes.unpublishAt === undefined ? before.unpublishAt : changes.unpublishAt,
    translations: await mergeProductTexts(ctx.tx, {
      translations: before.translations,
      changes: changes.translations,
      entered: enteredTexts(changes),
    }),
  };
  const { publishAt, unpublishAt } = details;
  if (publishAt && unpublishAt && publishAt >= unpublishAt) throw refuse('publish_window_invalid');
  if (!product.before && JSON.stringify(details) === JSON.stringify(NONE)) return details;
  await productDetails.saveProductDetails(ctx.tx, { rows: [{ productId, ...details }], at: ctx.now });
  await announceWindow(ctx, [publishAt, unpublishAt]);
  return details;
}

/** Lower case, without the spaces around, each once, in the order given. */
export function normalTags(tags: readonly string[]): string[] {
  return [...new Set(tags.map((tag) => tag.trim().toLowerCase()))];
}

function enteredTexts(changes: DetailChanges): TextField[] {
  const fields: TextField[] = ['title', 'description', 'seoTitle', 'seoDescription'];
  return fields.filter((field) => changes[field] !== undefined);
}

/** The sweep runs each minute anyway. */
async function announceWindow(ctx: TxCtx, edges: readonly (Date | null)[]): Promise<void> {
  for (const edge of edges) if (edge !== null && edge > ctx.now) await sweepAt(ctx, edge);
}
