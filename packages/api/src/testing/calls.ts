import type { Ctx } from '../context.ts';
import type { RouterInputs, RouterOutputs } from '../contract.ts';
import { DomainError } from '../kit/domain-error.ts';
import { appRouter } from '../root.ts';

type Api = ReturnType<typeof appRouter.createCaller>;

/**
 * A procedure as a function: through the router, with its rule and its schemas, but throwing the refusal itself
 * instead of tRPC's envelope of it.
 */
function call<Input, Output>(procedure: (api: Api, input: Input) => Promise<Output>) {
  return async (ctx: Ctx, input: Input): Promise<Output> => {
    try {
      return await procedure(appRouter.createCaller(ctx), input);
    } catch (error) {
      throw error instanceof Error && error.cause instanceof DomainError ? error.cause : error;
    }
  };
}

type In = RouterInputs;
type Out = RouterOutputs;

export const register = call<In['auth']['register'], Out['auth']['register']>((api, input) => api.auth.register(input));
export const logIn = call<In['auth']['login'], Out['auth']['login']>((api, input) => api.auth.login(input));
export const createCart = call<In['cart']['create'], Out['cart']['create']>((api, input) => api.cart.create(input));
export const getCart = call<In['cart']['get'], Out['cart']['get']>((api, input) => api.cart.get(input));
export const addItem = call<In['cart']['addItem'], Out['cart']['addItem']>((api, input) => api.cart.addItem(input));
export const updateItem = call<In['cart']['updateItem'], Out['cart']['updateItem']>((api, input) =>
  api.cart.updateItem(input),
);
export const removeItem = call<In['cart']['removeItem'], Out['cart']['removeItem']>((api, input) =>
  api.cart.removeItem(input),
);
export const listShippingMethods = call<In['shipping']['methods'], Out['shipping']['methods']>((api, input) =>
  api.shipping.methods(input),
);
export const placeOrder = call<In['checkout']['place'], Out['checkout']['place']>((api, input) =>
  api.checkout.place(input),
);
export const completeCheckout = call<In['checkout']['complete'], Out['checkout']['complete']>((api, input) =>
  api.checkout.complete(input),
);
export const getOrder = call<In['order']['get'], Out['order']['get']>((api, input) => api.order.get(input));
export const listOrders = call<In['order']['list'], Out['order']['list']>((api, input) => api.order.list(input));
export const listClaimableOrders = call<In['order']['claimable'], Out['order']['claimable']>((api, input) =>
  api.order.claimable(input),
);
export const claimOrders = call<In['order']['claim'], Out['order']['claim']>((api, input) => api.order.claim(input));
export const listAllOrders = call<In['order']['adminList'], Out['order']['adminList']>((api, input) =>
  api.order.adminList(input),
);
export const getAnyOrder = call<In['order']['adminGet'], Out['order']['adminGet']>((api, input) =>
  api.order.adminGet(input),
);
export const fulfillOrder = call<In['order']['fulfill'], Out['order']['fulfill']>((api, input) =>
  api.order.fulfill(input),
);
export const cancelOrder = call<In['order']['cancel'], Out['order']['cancel']>((api, input) => api.order.cancel(input));
export const updateProduct = call<In['catalog']['updateProduct'], Out['catalog']['updateProduct']>((api, input) =>
  api.catalog.updateProduct(input),
);
export const setStock = call<In['inventory']['setStock'], Out['inventory']['setStock']>((api, input) =>
  api.inventory.setStock(input),
);
