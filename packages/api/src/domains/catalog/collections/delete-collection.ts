import { collections } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { lockCollection } from './lock-collection.ts';
import type { CollectionKeyInput } from './schema.ts';

/** Deletes a collection; its products stay. Throws `collection_not_found`. */
export function deleteCollection(ctx: Ctx, input: CollectionKeyInput): Promise<void> {
  return inTransaction(ctx, async (txCtx) => {
    const { id, slug, title } = await lockCollection(txCtx, input);
    await collections.deleteCollection(txCtx.tx, { id });
    await audit(txCtx, { action: 'collection.deleted', target: `collection:${id}`, detail: { slug, title } });
  });
}
