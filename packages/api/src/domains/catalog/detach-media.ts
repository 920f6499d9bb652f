import { products } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';

/** Takes an uploaded picture out of every product and variant that shows it; answers the ids of the products. */
export function detachMedia({ tx, now }: TxCtx, { mediaId }: { mediaId: string }): Promise<string[]> {
  return products.deleteImagesOfMedia(tx, { mediaId, at: now });
}
