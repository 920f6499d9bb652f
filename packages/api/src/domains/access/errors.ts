import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const accessErrors = {
  role_not_found: { kind: 'not_found', title: 'There is no such role.' },
  role_name_taken: { kind: 'conflict', title: 'There is a role of this name.' },
  role_built_in: { kind: 'rule_violated', title: 'A built-in role is neither changed nor deleted.' },
  role_in_use: { kind: 'conflict', title: 'Somebody has this role or is invited to it; take it away first.' },
  role_unknown: { kind: 'rule_violated', title: 'A role of this name does not exist.' },
  staff_not_found: { kind: 'not_found', title: 'There is no such member of staff.' },
  api_key_not_found: { kind: 'not_found', title: 'There is no such API key.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(accessErrors);
