import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const authErrors = {} as const satisfies Record<string, ErrorDefinition>;
