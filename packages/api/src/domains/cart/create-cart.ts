import { carts, violatedConstraint } from '@cartwright/db';
import type { Ctx, TxCtx } from '../../context.ts';
import { userIdOf } from '../../kit/actor.ts';
import { DomainError, errorsOf } from '../../kit/domain-error.ts';
import { sha256Hex } from '../../kit/ids.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { assertStoreCurrency } from '../catalog/index.ts';
import { cartErrors } from './errors.ts';
import { MAX_QUANTITY } from './limits.ts';
import type { Cart, CreateCartInput } from './schema.ts';
import { assertAvailable, loadPricedVariants } from './sellable.ts';
import { cartView } from './view.ts';

const refuse = errorsOf(cartErrors);

/**
 * Makes a cart, with lines if they are given. A guest gets a token, its only key to the cart; a customer's
 * cart belongs to the account. Refuses unknown currencies, variants that are not sold, and too few units.
 */
export async function createCart(ctx: Ctx, input: CreateCartInput): Promise<Cart> {
  const customerId = userIdOf(ctx.actor) ?? null;
  const token = customerId === null ? ctx.ids.secret() : null;
  const id = ctx.ids.uuid(ctx.now);
  const { currency, items = [] } = input;
  const now = ctx.now;
  const tokenHash = token === null ? null : sha256Hex(token);
  const row = {
    id,
    tokenHash,
    customerId,
    currency,
    status: 'open',
    version: 1,
    createdAt: now,
    updatedAt: now,
  } as const;
  try {
    return await inTransaction(ctx, async (tx) => {
      const rows = items.length > 0 ? await firstItems(tx, { currency, items }) : [];
      await carts.insertCart(tx.tx, row, rows);
      const contents = await carts.findCartContents(tx.tx, { id, country: null, now });
      if (!contents) throw refuse('cart_not_found');
      return cartView(contents, token);
    });
  } catch (error) {
    // Looked up only now, since nearly every cart has a currency of the store.
    const unpriced = error instanceof DomainError && error.code === 'price_unavailable';
    if (unpriced || violatedConstraint(error) === 'carts_currency_fkey') await assertStoreCurrency(ctx.db, currency);
    throw error;
  }
}

/** One line a variant, however often it was named. */
async function firstItems(
  ctx: TxCtx,
  cart: { currency: string; items: { variantId: string; quantity: number }[] },
): Promise<carts.CartItemRow[]> {
  const quantities = new Map<string, number>();
  for (const { variantId, quantity } of cart.items) {
    quantities.set(variantId, (quantities.get(variantId) ?? 0) + quantity);
  }
  const query = { variantIds: [...quantities.keys()], currency: cart.currency, now: ctx.now };
  const lines = [...(await loadPricedVariants(ctx.tx, query)).values()].map((variant) => {
    const quantity = quantities.get(variant.variantId) ?? 0;
    if (quantity > MAX_QUANTITY) throw refuse('cart_too_large', { details: { maxQuantity: MAX_QUANTITY } });
    return { ...variant, quantity };
  });
  assertAvailable(lines, lines);
  return lines.map(({ variantId, priceMinor: seenPriceMinor, quantity }) => ({
    id: ctx.ids.uuid(ctx.now),
    variantId,
    quantity,
    seenPriceMinor,
  }));
}
