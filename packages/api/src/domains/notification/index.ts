export {
  addressTakenMail,
  confirmEmailMail,
  emailChangeAskedMail,
  emailChangedMail,
  knownAddressMail,
  passwordChangedMail,
  resetPasswordMail,
  signUpCodeMail,
  verifyEmailMail,
} from './account-mails.ts';
export { type FactorChange, factorChangeMail, factorChanges } from './factor-change-mail.ts';
export { invitationMail } from './invitation-mail.ts';
export { type MailText, orderMail } from './order-mails.ts';
export { sendMail } from './send-mail.ts';
