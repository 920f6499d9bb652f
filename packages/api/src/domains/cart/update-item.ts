import { carts } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { changeCart } from './change-cart.ts';
import { cartErrors } from './errors.ts';
import { removeItem } from './remove-item.ts';
import type { Cart, UpdateItemInput } from './schema.ts';
import { assertAvailable, loadPricedVariants } from './sellable.ts';

const refuse = errorsOf(cartErrors);

/** Sets the units of a line and takes its price as seen; 0 removes it. Refuses more than is in stock. */
export function updateItem(ctx: Ctx, input: UpdateItemInput): Promise<Cart> {
  const { cartId, itemId, quantity } = input;
  if (quantity === 0) return removeItem(ctx, { cartId, itemId });
  return changeCart(ctx, cartId, async (tx, cart) => {
    const lines = await carts.listCartUnits(tx.tx, { cartId });
    const item = lines.find((line) => line.itemId === itemId);
    if (!item) throw refuse('cart_item_not_found');
    const { variantId } = item;
    const query = { variantIds: [variantId], currency: cart.currency, now: ctx.now };
    const variants = await loadPricedVariants(tx.tx, query);
    const variant = variants.get(variantId);
    if (!variant) throw refuse('variant_not_found', { details: { variantId } });
    const line = { variantId, quantity, parts: variant.parts };
    assertAvailable([line], [...lines.filter((other) => other !== item), line]);
    await carts.saveCartItem(tx.tx, { cartId, id: itemId, quantity, seenPriceMinor: variant.priceMinor });
  });
}
