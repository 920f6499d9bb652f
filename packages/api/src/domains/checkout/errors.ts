import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const checkoutErrors = {
  cart_empty: { kind: 'rule_violated', title: 'There is nothing in the cart to order.' },
  address_required: { kind: 'invalid_input', title: 'An order needs a shipping address or a billing address.' },
  shipping_details_required: {
    kind: 'invalid_input',
    title: 'Goods that are shipped need a shipping address and a shipping method.',
  },
  lines_unavailable: { kind: 'conflict', title: 'Some lines of the cart cannot be bought any more.' },
  price_changed: { kind: 'conflict', title: 'A price has risen since the shopper saw it.' },
  total_changed: { kind: 'conflict', title: 'The total is not the one that the shopper expects.' },
} as const satisfies Record<string, ErrorDefinition>;
