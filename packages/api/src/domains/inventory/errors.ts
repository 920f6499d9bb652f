import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const inventoryErrors = {
  stock_variant_not_found: { kind: 'not_found', title: 'There is no such variant.' },
  location_not_found: { kind: 'not_found', title: 'The store has no such location.' },
  bundle_has_no_stock: { kind: 'rule_violated', title: 'The stock of a bundle is that of its components.' },
  stock_below_reserved: { kind: 'conflict', title: 'More units than that are promised to orders.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(inventoryErrors);
