/** What the rest of Cartwright may call of signing in elsewhere. */
export { forgetSpentNotes } from './forget-spent-notes.ts';
export { forgetIdentities } from './identities/forget-identities.ts';
export type { AuthorizationAnswer, IdentityProvider } from './providers/identity-provider.ts';
export { beginSignIn } from './sign-in/begin-sign-in.ts';
export { finishSignIn } from './sign-in/finish-sign-in.ts';
export { resumeSignIn, SIGN_IN_SECONDS } from './sign-in/pending-sign-in.ts';
export { sendSignUpCode } from './sign-up/send-sign-up-code.ts';
