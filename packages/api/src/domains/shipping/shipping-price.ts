import type { shipping } from '@cartwright/db';

/** What a method costs for goods of `subtotalMinor`, in minor units: its price, or nothing from its threshold on. */
export function shippingPrice(option: shipping.ShippingOption, subtotalMinor: number): number {
  return option.freeFromMinor !== null && subtotalMinor >= option.freeFromMinor ? 0 : option.priceMinor;
}
