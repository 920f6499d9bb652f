import { collections } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { errorsOf } from '../../../kit/domain-error.ts';
import { decodeCursor, encodeCursor, pageErrors } from '../../../kit/page.ts';
import { refuse } from '../errors.ts';
import type {
  AdminCollectionList,
  AdminCollectionListInput,
  Collection,
  CollectionInput,
  CollectionList,
  CollectionListInput,
  CollectionProductList,
  CollectionProductsInput,
} from './schema.ts';
import { collectionView, findAdminCollection } from './view.ts';

const refusePage = errorsOf(pageErrors);

type Keyed = { position: number; id: string };
const POSITION_AND_ID = ['number', 'uuid'] as const;
const MAX_POSITION = 2_147_483_647;

/** The collections that shoppers see, in their order; one statement. Throws `cursor_invalid`. */
export async function listCollections(ctx: Ctx, input: CollectionListInput): Promise<CollectionList> {
  const { locale = null, ...page } = input;
  const { items, nextCursor } = await pageOf('collections', page, (query) =>
    collections.listPublicCollections(ctx.db, { locale, ...query }),
  );
  return { items: items.map(({ position: _position, ...item }) => item as Collection), nextCursor };
}

/** One that shoppers see; one statement. Throws `collection_not_found`. */
export async function findCollection(ctx: Ctx, input: CollectionInput): Promise<Collection> {
  const row = await collections.findPublicCollection(ctx.db, { slug: input.slug, locale: input.locale ?? null });
  if (!row) throw refuse('collection_not_found');
  return row as Collection;
}

/** All collections, in their order. Throws `cursor_invalid`. */
export async function listAdminCollections(ctx: Ctx, input: AdminCollectionListInput): Promise<AdminCollectionList> {
  const { status = null, ...page } = input;
  const { items, nextCursor } = await pageOf(`admin-collections:${status}`, page, (query) =>
    collections.listAdminCollections(ctx.db, { status, ...query }),
  );
  return { items: items.map(collectionView), nextCursor };
}

/** What is in a collection, drafts too, in its order. Throws `collection_not_found`, `cursor_invalid`. */
export async function listCollectionProducts(
  ctx: Ctx,
  { collection, ...page }: CollectionProductsInput,
): Promise<CollectionProductList> {
  const { id: collectionId } = await findAdminCollection(ctx.db, { collection });
  const { items, nextCursor } = await pageOf(`collection-products:${collectionId}`, page, (query) =>
    collections.listCollectionProducts(ctx.db, { collectionId, ...query }),
  );
  return { items: items as CollectionProductList['items'], nextCursor };
}

/** A page by position and id. */
async function pageOf<Row extends Keyed>(
  scope: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
  read: (query: { after: readonly [number, string] | null; limit: number }) => Promise<Row[]>,
): Promise<{ items: Row[]; nextCursor: string | null }> {
  const after = cursor === undefined ? null : decodeCursor(cursor, scope, POSITION_AND_ID);
  if (after !== null && !(Number.isInteger(after[0]) && after[0] >= 0 && after[0] <= MAX_POSITION)) {
    throw refusePage('cursor_invalid');
  }
  const rows = await read({ after, limit: limit + 1 });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  const more = rows.length > limit && last !== undefined;
  return { items, nextCursor: more ? encodeCursor(scope, [last.position, last.id]) : null };
}
