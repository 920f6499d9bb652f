import { accessErrors } from './domains/access/errors.ts';
import { accountErrors } from './domains/account/errors.ts';
import { authErrors } from './domains/auth/errors.ts';
import { cartErrors } from './domains/cart/errors.ts';
import { catalogErrors } from './domains/catalog/errors.ts';
import { checkoutErrors } from './domains/checkout/errors.ts';
import { customerErrors } from './domains/customer/errors.ts';
import { inventoryErrors } from './domains/inventory/errors.ts';
import { mediaErrors } from './domains/media/errors.ts';
import { orderErrors } from './domains/order/errors.ts';
import { paymentErrors } from './domains/payment/errors.ts';
import { reviewErrors } from './domains/review/errors.ts';
import { searchErrors } from './domains/search/errors.ts';
import { secondFactorErrors } from './domains/second-factor/errors.ts';
import { shippingErrors } from './domains/shipping/errors.ts';
import { socialErrors } from './domains/social/errors.ts';
import type { ErrorDefinition } from './kit/domain-error.ts';
import { moneyErrors } from './kit/money.ts';
import { pageErrors } from './kit/page.ts';
import { stateErrors } from './kit/state-machine.ts';
import { versionErrors } from './kit/version.ts';
import { blobErrors } from './runtime/blobs/errors.ts';
import { transportErrors } from './trpc/errors.ts';

/** Every code that a caller can be answered with; each has a page under `docs/errors/`. */
export const errorDefinitions = {
  ...transportErrors,
  ...pageErrors,
  ...moneyErrors,
  ...stateErrors,
  ...versionErrors,
  ...authErrors,
  ...accountErrors,
  ...accessErrors,
  ...secondFactorErrors,
  ...socialErrors,
  ...catalogErrors,
  ...mediaErrors,
  ...blobErrors,
  ...reviewErrors,
  ...searchErrors,
  ...inventoryErrors,
  ...cartErrors,
  ...shippingErrors,
  ...checkoutErrors,
  ...orderErrors,
  ...paymentErrors,
  ...customerErrors,
} as const satisfies Record<string, ErrorDefinition>;

export type ErrorCode = keyof typeof errorDefinitions;
export const errorCodes = Object.keys(errorDefinitions) as ErrorCode[];
