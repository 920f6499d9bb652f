export { sendEmailChange } from './send-email-change.ts';
export { sendLink } from './send-link.ts';
export { sendNotice } from './send-notice.ts';
