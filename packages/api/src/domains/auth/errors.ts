import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const authErrors = {
  credentials_invalid: { kind: 'unauthenticated', title: 'The email address or the password is wrong.' },
  second_factor_required: { kind: 'unauthenticated', title: 'The account has a second factor; prove it as well.' },
  login_challenge_invalid: { kind: 'unauthenticated', title: 'This log-in has waited too long; begin again.' },
  refresh_token_invalid: { kind: 'unauthenticated', title: 'The refresh token has expired or is not valid.' },
  refresh_token_reused: { kind: 'unauthenticated', title: 'The refresh token was used before; its session has ended.' },
  password_too_common: { kind: 'rule_violated', title: 'This password is one of the first that anybody would guess.' },
  password_queue_full: { kind: 'upstream_unavailable', title: 'Too many people are logging in at this moment.' },
  one_time_token_invalid: {
    kind: 'invalid_input',
    title: 'The link has expired, was used before, or is not one that we sent.',
  },
  user_not_found: { kind: 'not_found', title: 'There is no such account.' },
  last_administrator: { kind: 'conflict', title: 'This is the last administrator; make another one first.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(authErrors);
