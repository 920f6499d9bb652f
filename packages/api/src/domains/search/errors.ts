import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const searchErrors = {
  filter_unknown: { kind: 'invalid_input', title: 'The store has nothing to filter by under this code.' },
  filter_invalid: { kind: 'invalid_input', title: 'The filter does not say what to keep.' },
  search_locale_unknown: { kind: 'invalid_input', title: 'The store has no such locale.' },
  search_setting_not_found: { kind: 'not_found', title: 'There is no such synonym or search rule.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(searchErrors);
