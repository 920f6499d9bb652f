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
    const query = { variantIds: [variantId], currency: cart.currency, now: ctx.now };
    const variants = await loadPricedVariants(tx.tx, query);
    const variant = variants.get(variantId);
    if (!variant) throw refuse('variant_not_found', { details: { variantId } });
    const lines = await carts.listCartUnits(tx.tx, { cartId });
    const others = lines.filter((line) => line.variantId !== variantId);
    const units = lines.find((line) => line.variantId === variantId)?.quantity ?? 0;
    const quantity = units + input.quantity;
    if (quantity > MAX_QUANTITY) throw refuse('cart_too_large', { details: { maxQuantity: MAX_QUANTITY } });
    if (units === 0 && lines.length >= MAX_LINES) throw refuse('cart_too_large', { details: { maxLines: MAX_LINES } });
    const line = { variantId, quantity, parts: variant.parts };
    assertAvailable([line], [...others, line]);
    const id = ctx.ids.uuid(ctx.now);
    const row = { id, variantId, quantity: input.quantity, seenPriceMinor: variant.priceMinor };
    await carts.insertCartItems(tx.tx, { cartId, createdAt: ctx.now, rows: [row] });
  });
}
