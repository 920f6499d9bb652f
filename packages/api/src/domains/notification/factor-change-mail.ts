import { composeMail } from './compose-mail.ts';
import type { MailText } from './order-mails.ts';

/** What can happen to the second factors of an account. */
export const factorChanges = [
  'totp_added',
  'totp_removed',
  'passkey_added',
  'passkey_removed',
  'recovery_code_used',
  'recovery_codes_replaced',
  'factors_reset',
] as const;
export type FactorChange = (typeof factorChanges)[number];

const TEXTS: Record<FactorChange, { subject: string; happened: string }> = {
  totp_added: {
    subject: 'An authenticator app was added to your account',
    happened: 'An authenticator app was added to your account. Its codes are asked for when you log in.',
  },
  totp_removed: {
    subject: 'The authenticator app was removed from your account',
    happened: 'The authenticator app was removed from your account. Its codes are not asked for any more.',
  },
  passkey_added: {
    subject: 'A passkey was added to your account',
    happened: 'A passkey was added to your account. Whoever has it, and can unlock it, can log in.',
  },
  passkey_removed: {
    subject: 'A passkey was removed from your account',
    happened: 'A passkey was removed from your account. It does not log in any more.',
  },
  recovery_code_used: {
    subject: 'A recovery code of your account was used',
    happened:
      'One of the recovery codes of your account was used instead of the second factor. It does not work again.',
  },
  recovery_codes_replaced: {
    subject: 'Your account has new recovery codes',
    happened: 'New recovery codes were made for your account. The old ones do not work any more.',
  },
  factors_reset: {
    subject: 'The second factor of your account was taken away',
    happened: 'The staff of the store took all second factors from your account and logged it out everywhere.',
  },
};

/** Told to the owner of an account whenever its second factors change. */
export function factorChangeMail(change: FactorChange, { storefrontUrl }: { storefrontUrl: string }): MailText {
  const { subject, happened } = TEXTS[change];
  return composeMail(subject, [
    `${happened} It is your account at ${storefrontUrl}.`,
    'If it was not you, and not asked for by you, choose a new password at once and tell the store:',
    new URL(`${storefrontUrl}/account/forgot-password`),
  ]);
}
