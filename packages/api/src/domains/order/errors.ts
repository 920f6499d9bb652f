import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const orderErrors = {} as const satisfies Record<string, ErrorDefinition>;
