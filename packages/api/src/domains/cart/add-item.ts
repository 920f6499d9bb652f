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
    const { lines, units } = await carts.findCartSize(tx.tx, { cartId, variantId });
    const quantity = units + input.quantity;
    if (quantity > MAX_QUANTITY) throw refuse('cart_too_large', { details: { maxQuantity: MAX_QUANTITY } });
    if (units === 0 && lines >= MAX_LINES) throw refuse('cart_too_large', { details: { maxLines: MAX_LINES } });
    assertAvailable(variant, quantity);
    const id = ctx.ids.uuid(ctx.now);
    const row = { id, variantId, quantity: input.quantity, seenPriceMinor: variant.priceMinor };
    await carts.insertCartItems(tx.tx, { cartId, createdAt: ctx.now, rows: [row] });
  });
}
