import { type ErrorDefinition, errorsOf } from '../../kit/domain-error.ts';

export const socialErrors = {
  oauth_state_invalid: {
    kind: 'invalid_input',
    title: 'This sign-in was not started in this browser, is too old, or was finished before.',
  },
  oauth_code_invalid: { kind: 'invalid_input', title: 'The identity provider did not confirm the sign-in.' },
  oauth_denied: { kind: 'forbidden', title: 'The sign-in was declined at the identity provider.' },
  identity_provider_unavailable: {
    kind: 'upstream_unavailable',
    title: 'The identity provider cannot be reached right now.',
  },
  email_not_verified: { kind: 'forbidden', title: 'The identity provider has not verified the email address.' },
  sign_up_invalid: {
    kind: 'invalid_input',
    title: 'This sign-up was not begun at an identity provider, is too old, or was finished before.',
  },
  sign_up_code_invalid: { kind: 'invalid_input', title: 'This is not the code that was sent to the address.' },
  account_exists: { kind: 'conflict', title: 'The email address has an account; log in to it in the usual way.' },
  account_disabled: { kind: 'forbidden', title: 'The account of this identity is disabled.' },
  return_to_invalid: { kind: 'invalid_input', title: 'The browser can only be sent back to a page of the store.' },
  link_ticket_invalid: {
    kind: 'invalid_input',
    title: 'The linking was not started by this session, is too old, or was finished before.',
  },
  link_needs_verified_email: {
    kind: 'forbidden',
    title: 'Verify the email address of the account before linking an identity to it.',
  },
  identity_taken: { kind: 'conflict', title: 'This identity belongs to another account.' },
  last_login_method: { kind: 'conflict', title: 'This is the only way to log in to the account.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(socialErrors);
