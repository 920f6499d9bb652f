import type * as contract from '@cartwright/api/contract';

/**
 * The type of the store's router, for tRPC's own tools.
 *
 * @example
 * ```ts
 * import type { AppRouter } from '@cartwright/client';
 * import type { TRPCClientErrorLike } from '@trpc/client';
 *
 * const codeOf = (error: TRPCClientErrorLike<AppRouter>): string | undefined => error.data?.problem.code;
 * ```
 */
export type AppRouter = contract.AppRouter;

/**
 * The input of every procedure, by router and name.
 *
 * @example
 * ```ts
 * import type { RouterInputs } from '@cartwright/client';
 *
 * type Address = RouterInputs['checkout']['place']['shippingAddress'];
 * const address: Address = {
 *   firstName: 'Ann',
 *   lastName: 'Lee',
 *   line1: 'Hauptstraße 1',
 *   postalCode: '10115',
 *   city: 'Berlin',
 *   country: 'DE',
 * };
 * ```
 */
export type RouterInputs = contract.RouterInputs;

/**
 * The output of every procedure, by router and name.
 *
 * @example
 * ```ts
 * import type { RouterOutputs } from '@cartwright/client';
 *
 * type Cart = RouterOutputs['cart']['get'];
 * const pieces = (cart: Cart): number => cart.items.reduce((sum, item) => sum + item.quantity, 0);
 * ```
 */
export type RouterOutputs = contract.RouterOutputs;
