export { createAttribute } from './attributes/create-attribute.ts';
export { createCategory } from './categories/create-category.ts';
export { createProduct } from './create-product.ts';
export { refuse } from './errors.ts';
export { decodeListingCursor } from './listing-cursor.ts';
export { ListedProduct } from './schema.ts';
export { setUpStore } from './set-up-store.ts';
export { assertStoreCurrency } from './store-currency.ts';
