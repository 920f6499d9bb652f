import { carts, type Reader } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { userIdOf } from '../../kit/actor.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import { equalSecrets, sha256Hex } from '../../kit/ids.ts';
import { cartErrors } from './errors.ts';

const refuse = errorsOf(cartErrors);

/** Who may touch a cart: the account it belongs to, or whoever holds its token. A bare id opens nothing. */
export type CartOwner = Pick<Ctx, 'actor' | 'cartToken'>;

/** Throws `cart_not_found` unless the caller owns the cart; a cart that is not there looks the same. */
export function assertOwnCart(
  owner: CartOwner,
  cart: Pick<carts.CartRow, 'customerId' | 'tokenHash'> | undefined,
): asserts cart {
  if (!cart) throw refuse('cart_not_found');
  const userId = userIdOf(owner.actor);
  if (cart.customerId !== null && cart.customerId === userId) return;
  const { cartToken } = owner;
  if (cart.tokenHash !== null && cartToken && equalSecrets(cart.tokenHash, sha256Hex(cartToken))) return;
  throw refuse('cart_not_found');
}

/** Reads a cart of the caller's, with lines, prices and stock as they are now. */
export async function loadOwnCart(
  ctx: Ctx,
  query: { id: string; country?: string },
  reader: Reader = ctx.db,
): Promise<carts.CartContents> {
  const { id, country = null } = query;
  const cart = await carts.findCartContents(reader, { id, country, now: ctx.now });
  assertOwnCart(ctx, cart);
  return cart;
}
