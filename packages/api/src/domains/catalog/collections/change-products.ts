import { collections } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { productIdsOf } from '../product-ids.ts';
import { lockCollection } from './lock-collection.ts';
import type {
  AddToCollectionInput,
  AdminCollection,
  RemoveFromCollectionInput,
  ReorderCollectionInput,
} from './schema.ts';
import { findAdminCollection } from './view.ts';

const MAX_PRODUCTS = 10_000;

interface Change {
  collection: string;
  version?: number | undefined;
  products: string[];
}

/** Adds products to a manual collection; those in it stay where they are. Refuses as below, and `collection_too_large`. */
export function addToCollection(ctx: Ctx, input: AddToCollectionInput): Promise<AdminCollection> {
  return changeProducts(ctx, input, 'added', async ({ tx }, { setId, productIds }) => {
    const position = input.position ?? null;
    const count = await collections.insertSetProducts(tx, { setId, productIds, position });
    if (count > MAX_PRODUCTS) throw refuse('collection_too_large', { details: { count } });
  });
}

/** Takes products out of a manual collection. */
export function removeFromCollection(ctx: Ctx, input: RemoveFromCollectionInput): Promise<AdminCollection> {
  return changeProducts(ctx, input, 'removed', ({ tx }, change) => collections.deleteSetProducts(tx, change));
}

/** Puts products of a manual collection first, in the order given. */
export function reorderCollection(ctx: Ctx, input: ReorderCollectionInput): Promise<AdminCollection> {
  return changeProducts(ctx, input, 'reordered', ({ tx }, change) => collections.saveSetOrder(tx, change));
}

/**
 * One change of what is in a manual collection, noted, with its version counted up. Refuses with `collection_not_found`,
 * `version_conflict`, `collection_has_rules`, and with `invalid_input` and a pointer to a product that there is not.
 */
function changeProducts(
  ctx: Ctx,
  input: Change,
  what: 'added' | 'removed' | 'reordered',
  change: (ctx: TxCtx, products: { setId: string; productIds: string[] }) => Promise<void>,
): Promise<AdminCollection> {
  return inTransaction(ctx, async (txCtx) => {
    const row = await lockCollection(txCtx, input);
    if (row.kind === 'rules') throw refuse('collection_has_rules');
    const productIds = await productIdsOf(txCtx.tx, input.products);
    const setId = await collections.findManualSet(txCtx.tx, { collectionId: row.id });
    await change(txCtx, { setId, productIds });
    await collections.saveCollection(txCtx.tx, { row: withoutDerived(row), at: txCtx.now });
    const target = `collection:${row.id}`;
    await audit(txCtx, { action: `collection.products_${what}`, target, detail: { productIds } });
    return findAdminCollection(txCtx.tx, { collection: row.id });
  });
}

function withoutDerived(row: collections.AdminCollection): Omit<collections.CollectionRow, 'kind'> {
  const { id, slug, title, description, seoTitle, seoDescription, translations, status, sort, position } = row;
  return { id, slug, title, description, seoTitle, seoDescription, translations, status, sort, position };
}
