import { carts } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { changeCart } from './change-cart.ts';
import { cartErrors } from './errors.ts';
import { MAX_LINES, MAX_QUANTITY } from './limits.ts';
import type { AddItemInput, Cart } from './schema.ts';
import { assertAvailable, loadPricedVariants } from './sellable.ts';

const refuse = errorsOf(cartErrors);

/** Adds units of a variant; a line that is there grows. Refuses more than is in stock, counting what is there. */
export function addItem(ctx: Ctx, input: AddItemInput): Promise<Cart> {
  const { cartId, variantId } = input;
  return changeCart(ctx, cartId, async (tx, cart) => {
    const variants = await loadPricedVariants(tx.tx, { variantIds: [variantId], currency: cart.currency });
    const variant = variants.get(variantId);
    if (!variant) throw refuse('variant_not_found', { details: { variantId } });
    // Before the row is written, so that the database's own bound is never what answers.
    assertAvailable(variant, input.quantity);
    const id = ctx.ids.uuid(ctx.now);
    const row = { id, variantId, quantity: input.quantity, seenPriceMinor: variant.priceMinor };
    const written = await carts.insertCartItems(tx.tx, { cartId, createdAt: ctx.now, rows: [row] });
    const quantity = written[0]?.quantity ?? 0;
    if (quantity > MAX_QUANTITY) throw refuse('cart_too_large', { details: { maxQuantity: MAX_QUANTITY } });
    assertAvailable(variant, quantity);
    if (quantity > input.quantity) return;
    const lines = await carts.countCartItems(tx.tx, { cartId });
    if (lines > MAX_LINES) throw refuse('cart_too_large', { details: { maxLines: MAX_LINES } });
  });
}
