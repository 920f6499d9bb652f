import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const catalogErrors = {} as const satisfies Record<string, ErrorDefinition>;
