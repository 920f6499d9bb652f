import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const searchErrors = {
  filter_unknown: { kind: 'invalid_input', title: 'The store has nothing to filter by under this code.' },
  filter_invalid: { kind: 'invalid_input', title: 'The filter does not say what to keep.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(searchErrors);
