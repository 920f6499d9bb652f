import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const cartErrors = {
  cart_not_found: { kind: 'not_found', title: 'There is no such cart, or its Cart-Token is missing or another one.' },
  cart_completed: { kind: 'conflict', title: 'The cart has become an order and cannot change any more.' },
  cart_item_not_found: { kind: 'not_found', title: 'The cart has no such line.' },
  cart_too_large: { kind: 'rule_violated', title: 'The cart would have more lines or units than is allowed.' },
  variant_not_found: { kind: 'not_found', title: 'There is no such variant for sale.' },
  price_unavailable: { kind: 'rule_violated', title: 'The variant has no price in the currency of the cart.' },
  insufficient_stock: { kind: 'conflict', title: 'There are fewer units left than asked for.' },
} as const satisfies Record<string, ErrorDefinition>;
