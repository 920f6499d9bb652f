/** What the rest of Cartwright may call of access. */
export { forgetApiKeys, forgetInvitation } from './forget-staff.ts';
export { sendInvitation } from './staff/send-invitation.ts';
