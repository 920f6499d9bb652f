export { knownAddressMail } from './known-address-mail.ts';
export { orderMail } from './order-mails.ts';
export { sendMail } from './send-mail.ts';
