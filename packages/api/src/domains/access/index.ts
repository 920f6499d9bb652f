/** What the rest of Cartwright may call of access. */
export { sendInvitation } from './staff/send-invitation.ts';
