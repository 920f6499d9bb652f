import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const secondFactorErrors = {
  second_factor_invalid: { kind: 'unauthenticated', title: 'The code is wrong, or was used before.' },
  passkey_invalid: { kind: 'unauthenticated', title: 'The passkey did not prove who you are.' },
  passkey_not_accepted: { kind: 'rule_violated', title: 'What the browser sent is not a passkey that we can use.' },
  passkey_exists: { kind: 'conflict', title: 'This passkey belongs to an account already.' },
  passkey_limit_reached: { kind: 'conflict', title: 'The account has as many passkeys as it may have.' },
  totp_exists: { kind: 'conflict', title: 'The account has an authenticator app already.' },
  totp_not_pending: { kind: 'conflict', title: 'No authenticator app waits to be confirmed.' },
  totp_code_wrong: { kind: 'rule_violated', title: 'The authenticator app shows another code.' },
  second_factor_not_set_up: { kind: 'conflict', title: 'The account has no second factor.' },
  second_factor_kept: { kind: 'conflict', title: 'The store requires staff to keep a second factor.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(secondFactorErrors);
