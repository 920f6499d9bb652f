import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const paymentErrors = {} as const satisfies Record<string, ErrorDefinition>;
