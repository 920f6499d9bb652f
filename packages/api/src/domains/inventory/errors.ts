import type { ErrorDefinition } from '../../kit/domain-error.ts';

export const inventoryErrors = {} as const satisfies Record<string, ErrorDefinition>;
