import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const searchErrors = {} as const satisfies Record<string, ErrorDefinition>;
