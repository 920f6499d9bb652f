import { accessRouter } from './domains/access/router.ts';
import { accountRouter } from './domains/account/router.ts';
import { authRouter } from './domains/auth/router.ts';
import { cartRouter } from './domains/cart/router.ts';
import { catalogRouter } from './domains/catalog/router.ts';
import { checkoutRouter } from './domains/checkout/router.ts';
import { customerRouter } from './domains/customer/router.ts';
import { inventoryRouter } from './domains/inventory/router.ts';
import { mediaRouter } from './domains/media/router.ts';
import { orderRouter } from './domains/order/router.ts';
import { reviewRouter } from './domains/review/router.ts';
import { searchRouter } from './domains/search/router.ts';
import { secondFactorRouter } from './domains/second-factor/router.ts';
import { shippingRouter } from './domains/shipping/router.ts';
import { socialRouter } from './domains/social/router.ts';
import { router } from './trpc/procedures.ts';

/** Every procedure of Cartwright, by domain. */
export const appRouter = router({
  auth: authRouter,
  account: accountRouter,
  access: accessRouter,
  secondFactor: secondFactorRouter,
  social: socialRouter,
  catalog: catalogRouter,
  media: mediaRouter,
  review: reviewRouter,
  search: searchRouter,
  inventory: inventoryRouter,
  cart: cartRouter,
  shipping: shippingRouter,
  checkout: checkoutRouter,
  order: orderRouter,
  customer: customerRouter,
});

export type AppRouter = typeof appRouter;
