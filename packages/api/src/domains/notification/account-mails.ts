import { composeMail } from './compose-mail.ts';
import type { MailText } from './order-mails.ts';

/** Where the links of these mails lead: the storefront of the configuration, never a host that a request named. */
interface Store {
  storefrontUrl: string;
}

/** After `#`, so that a browser tells the token to no server: not in a log, not as a referrer. */
const link = ({ storefrontUrl }: Store, action: string, token?: string): URL =>
  new URL(`${storefrontUrl}/account/${action}${token === undefined ? '' : `#token=${token}`}`);

/** To an address that an account was opened with. */
export function verifyEmailMail(mail: Store & { token: string }): MailText {
  return composeMail('Confirm your email address', [
    `An account at ${mail.storefrontUrl} was opened with this address. If it was you, confirm it within two days:`,
    link(mail, 'verify-email', mail.token),
    'If it was not you, do not confirm it: whoever opened the account knows its password. You can take it over by choosing a password of your own, or ignore this mail.',
    link(mail, 'forgot-password'),
  ]);
}

/** To an address whose account is to get a new password. */
export function resetPasswordMail(mail: Store & { token: string }): MailText {
  return composeMail('Choose a new password', [
    `Somebody asked for a new password for the account at ${mail.storefrontUrl}. If it was you, choose one within an hour:`,
    link(mail, 'reset-password', mail.token),
    'If it was not you, there is nothing to do: the password stays as it is.',
  ]);
}

/** To the owner of an account, after its password has changed. */
export function passwordChangedMail(mail: Store): MailText {
  return composeMail('Your password was changed', [
    `The password of your account at ${mail.storefrontUrl} was changed, and its other sessions have ended.`,
    'If it was not you, choose a new one at once:',
    link(mail, 'forgot-password'),
  ]);
}

/** To an address that an account is to be opened with, by somebody who signed in elsewhere. */
export function signUpCodeMail({ storefrontUrl, code }: Store & { code: string }): MailText {
  return composeMail(`${code} is your code`, [
    `Somebody is opening an account at ${storefrontUrl} with this address. If it is you, enter this code within a quarter of an hour:`,
    code,
    'If it is not you, there is nothing to do, and nobody to tell the code to: without it there will be no account.',
  ]);
}

/** Told to the owner of an address that somebody tried to register again; the caller learns nothing. */
export function knownAddressMail(mail: Store): MailText {
  return composeMail('You already have an account', [
    `Somebody tried to open an account at ${mail.storefrontUrl} with this address, which has one already.`,
    'If it was you, log in with your password, or choose a new one. If it was not, there is nothing to do.',
    link(mail, 'forgot-password'),
  ]);
}

/** To the address that an account is to have. */
export function confirmEmailMail(mail: Store & { token: string; oldAddress: string }): MailText {
  return composeMail('Confirm your new email address', [
    `The account of ${mail.oldAddress} at ${mail.storefrontUrl} is to have this address. If it is yours, confirm it within an hour:`,
    link(mail, 'confirm-email-change', mail.token),
    'If it is not, there is nothing to do: without your confirmation nothing changes.',
  ]);
}

/** The same, where the address has an account of its own. */
export function addressTakenMail(mail: Store): MailText {
  return composeMail('You already have an account', [
    `Somebody with another account at ${mail.storefrontUrl} wanted it to have this address, which has an account already. Nothing has changed.`,
    'If it was you, log in to this account, or choose a new password for it. If it was not, there is nothing to do.',
    link(mail, 'forgot-password'),
  ]);
}

/** To the address that an account has, when another one was asked for. */
export function emailChangeAskedMail(mail: Store & { newAddress: string }): MailText {
  return composeMail('Another email address was asked for', [
    `Your account at ${mail.storefrontUrl} is to have the address ${mail.newAddress}. That happens as soon as it is confirmed there.`,
    'If it was not you, choose a new password at once: it also withdraws the request, and logs out everybody else.',
    link(mail, 'forgot-password'),
  ]);
}

/** To the address that an account had. */
export function emailChangedMail(mail: Store & { newAddress: string }): MailText {
  return composeMail('Your email address was changed', [
    `Your account at ${mail.storefrontUrl} has the address ${mail.newAddress} now; mails about it no longer come here.`,
    'If it was not you, tell the shop at once.',
    new URL(mail.storefrontUrl),
  ]);
}
