import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const shippingErrors = {} as const satisfies Record<string, ErrorDefinition>;
