export { cartTotals } from './cart-totals.ts';
export { cartErrors } from './errors.ts';
export { assertOwnCart, loadOwnCart } from './own-cart.ts';
export { Totals } from './schema.ts';
export { lineProblems, totalsView } from './view.ts';
