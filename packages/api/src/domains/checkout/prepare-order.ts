import { isDeepStrictEqual } from 'node:util';
import { carts, type orders, payments, shipping } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { userIdOf } from '../../kit/actor.ts';
import type { Address } from '../../kit/address.ts';
import { errorsOf } from '../../kit/domain-error.ts';
import {
  assertOwnCart,
  type CartOwner,
  cartErrors,
  cartTotals,
  lineProblems,
  lockOwnCart,
  unitsLeft,
  unitsNeeded,
} from '../cart/index.ts';
import { reserveStock } from '../inventory/index.ts';
import { writePendingOrder } from '../order/index.ts';
import { isSettledAtOnce, openAttempt, type PaymentProvider, paymentErrors } from '../payment/index.ts';
import { shippingErrors, shippingPrice } from '../shipping/index.ts';
import { checkoutErrors } from './errors.ts';
import type { PlaceOrderInput } from './schema.ts';

const refuse = errorsOf({ ...cartErrors, ...checkoutErrors, ...paymentErrors, ...shippingErrors });

export type Prepared =
  /** Nothing is left to do: the order is there, paid by a provider that decides by itself or before. */
  | { next: 'answer'; orderId: string }
  /** An attempt is open; `sameRequest` when this request asks for the same payment of the same cart. */
  | { next: 'settle'; payment: payments.PaymentRow; sameRequest: boolean }
  /** An attempt has been recorded: the provider may be called. */
  | { next: 'pay'; payment: payments.PaymentRow; provider: PaymentProvider };

type Line = carts.CartLine & { priceMinor: number };

/**
 * Transaction 1 of a checkout: locks the cart, checks prices, lines and shipping as they are now, holds the
 * units, and writes the pending order with its payment attempt. A cart that has an order keeps that order.
 */
export async function prepareOrder(
  ctx: TxCtx,
  request: { owner: CartOwner; input: PlaceOrderInput; provider: PaymentProvider | undefined },
): Promise<Prepared> {
  const { input, owner, provider } = request;
  await lockOwnCart(ctx, owner, input.cartId);
  const { country } = addressOf(input);
  const cart = await carts.findCartContents(ctx.tx, { id: input.cartId, country, now: ctx.now });
  assertOwnCart(owner, cart);
  if (cart.order && cart.order.status !== 'pending') return { next: 'answer', orderId: cart.order.id };
  const live = cart.order && (await payments.findLivePayment(ctx.tx, { orderId: cart.order.id }));
  if (live) return { next: 'settle', payment: live, sameRequest: isSameRequest(live, cart, input) };

  if (!provider) throw refuse('payment_provider_unavailable');
  const lines = assertBuyable(cart, input.expectedTotal !== undefined);
  const { snapshot, items } = await takeSnapshot(ctx, { input, provider, cart, lines });
  const order = await writePendingOrder(ctx, { cartId: cart.id, existing: cart.order, snapshot, items });
  const { provider: name, paymentMethodId = null } = input.payment;
  const method = { provider: name, paymentMethodId };
  await takeUnits(ctx, { orderId: order.id, lines, isPaid: isSettledAtOnce(order, method) });
  const payment = await openAttempt(ctx, order, method);
  return payment ? { next: 'pay', payment, provider } : { next: 'answer', orderId: order.id };
}

/** Where it goes, which is also what tax asks; of an order that is not shipped, who pays it. */
function addressOf({ shippingAddress, billingAddress }: PlaceOrderInput): Address {
  const address = shippingAddress ?? billingAddress;
  if (!address) throw refuse('address_required');
  return address;
}

/** A method named for a cart of which nothing is shipped is left out. */
function methodIdOf(cart: carts.CartContents, input: PlaceOrderInput): string | null {
  if (!cart.lines.some(({ shipped }) => shipped)) return null;
  if (!input.shippingAddress || input.shippingMethodId === undefined) throw refuse('shipping_details_required');
  return input.shippingMethodId;
}

function isSameRequest(payment: payments.PaymentRow, cart: carts.CartContents, input: PlaceOrderInput): boolean {
  const { provider, paymentMethodId = null } = input.payment;
  const { order } = cart;
  if (order?.cartVersion !== cart.version || order.totalMinor !== (input.expectedTotal ?? order.totalMinor))
    return false;
  const shippingAddress = addressOf(input);
  const { billingAddress = shippingAddress } = input;
  return (
    isDeepStrictEqual([payment.provider, payment.paymentMethodId], [provider, paymentMethodId]) &&
    isDeepStrictEqual([order.email, order.shippingMethodId], [input.email.toLowerCase(), methodIdOf(cart, input)]) &&
    isDeepStrictEqual([order.shippingAddress, order.billingAddress], [shippingAddress, billingAddress])
  );
}

/** Every line must be sold, priced and not dearer than it was shown; all that are not are named at once. */
function assertBuyable(cart: carts.CartContents, acceptsPrices: boolean): Line[] {
  if (cart.lines.length === 0) throw refuse('cart_empty');
  const facts = { currency: cart.currency, needed: unitsNeeded(cart.lines) };
  const named = (codes: string[]) =>
    cart.lines.flatMap((line) =>
      lineProblems(line, facts)
        .filter(({ code }) => codes.includes(code))
        .map((problem) => ({ itemId: line.id, variantId: line.variantId, ...problem })),
    );
  const gone = named(['not_for_sale', 'price_unavailable']);
  if (gone.length > 0) throw refuse('lines_unavailable', { details: { lines: gone } });
  const dearer = named(['price_changed']).filter(({ was, now }) => (now?.amount ?? 0) > (was?.amount ?? 0));
  if (dearer.length > 0 && !acceptsPrices) throw refuse('price_changed', { details: { lines: dearer } });
  return cart.lines.filter((line): line is Line => line.priceMinor !== null);
}

async function takeSnapshot(
  ctx: TxCtx,
  facts: { input: PlaceOrderInput; provider: PaymentProvider; cart: carts.CartContents; lines: Line[] },
): Promise<{ snapshot: orders.OrderSnapshot; items: orders.OrderItemRow[] }> {
  const { input, cart } = facts;
  const shippingAddress = addressOf(input);
  const option = await shippingOption(ctx, { cart, id: methodIdOf(cart, input), country: shippingAddress.country });
  const priceMinor = option ? shippingPrice(option, cartTotals(cart).subtotalMinor) : 0;
  const totals = cartTotals(cart, option && { priceMinor, taxRatePpm: option.taxRatePpm });
  if (input.expectedTotal !== undefined && input.expectedTotal !== totals.totalMinor) {
    const total = { amount: totals.totalMinor, currency: cart.currency };
    throw refuse('total_changed', { details: { total, expectedTotal: input.expectedTotal } });
  }
  const items = facts.lines.map((line, position) => itemRow(ctx, line, position, totals.lines[position]));
  const snapshot: orders.OrderSnapshot = {
    cartVersion: cart.version,
    customerId: userIdOf(ctx.actor) ?? cart.customerId,
    email: input.email.toLowerCase(),
    currency: cart.currency,
    pricesIncludeTax: cart.pricesIncludeTax,
    subtotalMinor: totals.subtotalMinor,
    shippingMinor: totals.shippingMinor,
    shippingTaxMinor: totals.shippingTaxMinor,
    shippingTaxRatePpm: option?.taxRatePpm ?? 0,
    taxMinor: totals.taxMinor,
    totalMinor: totals.totalMinor,
    taxRounding: 'half-up-per-line',
    shippingAddress,
    billingAddress: input.billingAddress ?? shippingAddress,
    shippingMethodId: option?.id ?? null,
    shippingMethodName: option?.name ?? null,
    test: facts.provider.test,
  };
  return { snapshot, items };
}

/** Null when nothing is shipped. */
async function shippingOption(
  ctx: TxCtx,
  { cart, id, country }: { cart: carts.CartContents; id: string | null; country: string },
): Promise<shipping.ShippingOption | null> {
  if (id === null) return null;
  const [option] = await shipping.listShippingOptions(ctx.tx, { country, currency: cart.currency, id });
  if (!option) throw refuse('shipping_method_unavailable');
  return option;
}

function itemRow(
  ctx: TxCtx,
  line: Line,
  position: number,
  totals: { subtotalMinor: number; taxMinor: number; totalMinor: number } | undefined,
): orders.OrderItemRow {
  if (!totals) throw new Error('A line has no totals');
  return {
    id: ctx.ids.uuid(ctx.now),
    position,
    variantId: line.variantId,
    productId: line.productId,
    sku: line.sku,
    title: line.title,
    options: line.options,
    imageUrl: line.imageUrl,
    taxClass: line.taxClass,
    unitPriceMinor: line.priceMinor,
    quantity: line.quantity,
    taxRatePpm: line.taxRatePpm,
    components: line.components,
    ...totals,
  };
}

/** Holds what the lines take together: bundles as their components, which may be in the cart by themselves as well. */
async function takeUnits(ctx: TxCtx, order: { orderId: string; lines: Line[]; isPaid: boolean }): Promise<void> {
  const { orderId, lines, isPaid } = order;
  const needed = unitsNeeded(lines);
  const units = [...needed].map(([variantId, quantity]) => ({ variantId, quantity }));
  const shortages = await reserveStock(ctx, { orderId, units, isPaid });
  if (shortages.length === 0) return;
  const left = new Map(shortages.map(({ variantId, available }) => [variantId, available]));
  const short = lines.flatMap((line) => {
    const parts = line.parts.flatMap((part) => {
      const available = left.get(part.variantId);
      return available === undefined ? [] : [{ ...part, available }];
    });
    if (parts.length === 0) return [];
    const { id: itemId, variantId, quantity: requested } = line;
    return [{ itemId, variantId, requested, available: unitsLeft({ ...line, parts }, needed) }];
  });
  throw refuse('insufficient_stock', { details: { lines: short } });
}
