/** What the rest of Cartwright may call of identity. */
export { createAdministrator } from './create-administrator.ts';
export { isCsrfToken } from './csrf-token.ts';
export { deleteExpiredSessions } from './delete-expired-sessions.ts';
export { forgetIdentities } from './forget-identities.ts';
export { forgiveAccount } from './forgive-account.ts';
export { loginWithIdentity } from './login-with-identity.ts';
export { createOidcProvider } from './oidc.ts';
export { findOneTimeToken, issueOneTimeToken, oneTimeToken, useOneTimeToken } from './one-time-token.ts';
export { assertUncommonPassword } from './password-policy.ts';
export { openPendingSignIn, SIGN_IN_SECONDS, sealPendingSignIn } from './pending-sign-in.ts';
export { provePassword } from './prove-password.ts';
export { replacePassword } from './replace-password.ts';
export { Accepted, EmailAddress, NewPassword } from './schema.ts';
export { takeAttempt } from './take-attempt.ts';
export { takeMail } from './take-mail.ts';
export { withdrawLinks } from './withdraw-links.ts';
