import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const cartErrors = {} as const satisfies Record<string, ErrorDefinition>;
