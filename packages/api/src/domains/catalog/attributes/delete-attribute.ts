import { catalogAttributes, categories } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../errors.ts';
import { refreshFirst, refreshSoon } from '../refresh-products.ts';
import { findAttribute } from './list-attributes.ts';
import type { DeleteAttributeInput } from './schema.ts';

/**
 * Removes a definition that no product has a value of; with `removeValues`, values are taken away from products within
 * a moment. Refuses with `attribute_not_found`, `attribute_in_use`.
 */
export async function deleteAttribute(ctx: Ctx, input: DeleteAttributeInput): Promise<void> {
  const { attribute: code, removeValues } = input;
  await inTransaction(ctx, async (txCtx) => {
    const { tx } = txCtx;
    await categories.lockCatalogStructure(tx);
    await catalogAttributes.lockDefinition(tx, { code });
    const { name, type } = await findAttribute(tx, input);
    if (!removeValues) {
      const used = await catalogAttributes.listProductIdsWith(tx, { code, after: null, limit: 1 });
      if (used.length > 0) throw refuse('attribute_in_use', { details: { attribute: code } });
    }
    await catalogAttributes.deleteAttribute(tx, { code });
    await audit(txCtx, { action: 'attribute.deleted', target: `attribute:${code}`, detail: { name, type } });
    if (removeValues) await refreshSoon(txCtx, { withdrawn: code });
  });
  if (removeValues) await refreshFirst(ctx, { withdrawn: code });
}
