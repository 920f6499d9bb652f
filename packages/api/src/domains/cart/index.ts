export { cartTotals } from './cart-totals.ts';
export { cartErrors } from './errors.ts';
export { forgetCarts, lockCarts } from './forget-carts.ts';
export { completeCart, lockCartOfOrder, lockOwnCart } from './lock-cart.ts';
export { assertOwnCart, type CartOwner, loadOwnCart } from './own-cart.ts';
export { Cart, Totals } from './schema.ts';
export { unitsLeft, unitsNeeded } from './stock-units.ts';
export { cartView, lineProblems, totalsView } from './view.ts';
