import type { AppRouter, RouterInputs, RouterOutputs } from '@cartwright/api/contract';

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
export type { AppRouter, RouterInputs, RouterOutputs };
