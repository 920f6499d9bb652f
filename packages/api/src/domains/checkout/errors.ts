import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const checkoutErrors = {} as const satisfies Record<string, ErrorDefinition>;
