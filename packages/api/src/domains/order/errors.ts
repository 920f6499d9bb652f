import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const orderErrors = {
  address_not_verified: { kind: 'rule_violated', title: 'Confirm the email address of the account first.' },
  order_not_found: { kind: 'not_found', title: 'There is no such order, or it is not yours.' },
} as const satisfies Record<string, ErrorDefinition>;
