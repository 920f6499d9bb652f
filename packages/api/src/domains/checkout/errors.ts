import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const checkoutErrors = {
  cart_empty: { kind: 'rule_violated', title: 'There is nothing in the cart to order.' },
  lines_unavailable: { kind: 'conflict', title: 'Some lines of the cart cannot be bought any more.' },
  price_changed: { kind: 'conflict', title: 'A price has risen since the shopper saw it.' },
  total_changed: { kind: 'conflict', title: 'The total is not the one that the shopper expects.' },
} as const satisfies Record<string, ErrorDefinition>;
