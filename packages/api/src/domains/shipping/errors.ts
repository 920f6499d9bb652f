import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const shippingErrors = {
  shipping_method_unavailable: {
    kind: 'rule_violated',
    title: 'The shipping method does not go to this country or has no price in this currency.',
  },
} as const satisfies Record<string, ErrorDefinition>;
