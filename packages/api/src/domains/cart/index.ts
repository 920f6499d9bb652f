export { cartTotals } from './cart-totals.ts';
export { cartErrors } from './errors.ts';
export { completeCart, lockCartOfOrder, lockOwnCart } from './lock-cart.ts';
export { assertOwnCart, type CartOwner, loadOwnCart } from './own-cart.ts';
export { Totals } from './schema.ts';
export { lineProblems, totalsView } from './view.ts';
