import { clothingProducts } from './clothing.ts';
import type { DemoProduct } from './demo-product.ts';
import { kitchenProducts } from './kitchen.ts';
import { livingProducts } from './living.ts';
import { pantryProducts, stationeryProducts } from './pantry-stationery.ts';

/** The newest last. */
export const demoProducts: readonly DemoProduct[] = [
  ...stationeryProducts,
  ...pantryProducts,
  ...clothingProducts,
  ...livingProducts,
  ...kitchenProducts,
];
