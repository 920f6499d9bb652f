import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const accountErrors = {
  current_password_wrong: { kind: 'rule_violated', title: 'The current password is wrong.' },
  email_taken: { kind: 'conflict', title: 'The email address belongs to another account.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(accountErrors);
