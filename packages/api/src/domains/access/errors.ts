import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const accessErrors = {
  role_not_found: { kind: 'not_found', title: 'There is no such role.' },
  role_name_taken: { kind: 'conflict', title: 'There is a role of this name.' },
  role_built_in: { kind: 'rule_violated', title: 'A built-in role is neither changed nor deleted.' },
  role_in_use: { kind: 'conflict', title: 'Somebody has this role or is invited to it; take it away first.' },
  role_unknown: { kind: 'rule_violated', title: 'A role of this name does not exist.' },
  staff_not_found: { kind: 'not_found', title: 'There is no such member of staff.' },
  already_staff: { kind: 'conflict', title: 'The account is staff already; give it the role instead.' },
  invitee_disabled: { kind: 'conflict', title: 'The invited account is switched off.' },
  invitation_not_found: { kind: 'not_found', title: 'Nobody has invited this account, or it has accepted.' },
  invitation_void: { kind: 'conflict', title: 'The invitation was withdrawn, or does not hold any more.' },
  api_key_not_found: { kind: 'not_found', title: 'There is no such API key.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(accessErrors);
