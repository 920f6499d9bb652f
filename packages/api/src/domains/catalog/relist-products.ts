import { catalogProjections } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';

/** Writes lists, search and collections of products anew that another slice has changed and locked. */
export function relistProducts({ tx, now }: TxCtx, productIds: readonly string[]): Promise<void> {
  return catalogProjections.refreshProjections(tx, { productIds, at: now });
}
