import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const orderErrors = {
  order_not_found: { kind: 'not_found', title: 'There is no such order, or it is not yours.' },
} as const satisfies Record<string, ErrorDefinition>;
