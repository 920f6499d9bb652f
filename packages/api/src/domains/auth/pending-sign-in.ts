import { z } from 'zod';
import { equalSecrets, hmac } from '../../kit/ids.ts';
import { refuse } from './errors.ts';
import type { PendingSignIn } from './oidc.ts';

/** How long a person may take at the provider. */
export const SIGN_IN_SECONDS = 600;

const Sealed = z.object({ state: z.string(), nonce: z.string(), codeVerifier: z.string(), expiresAt: z.number() });

/** Text for a cookie of the browser that leaves; nobody else can make one. */
export function sealPendingSignIn(secret: string, pending: PendingSignIn, now: Date): string {
  const expiresAt = now.getTime() + SIGN_IN_SECONDS * 1000;
  const body = Buffer.from(JSON.stringify({ ...pending, expiresAt })).toString('base64url');
  return `${body}.${hmac(secret, 'pending-sign-in', body)}`;
}

/** What that cookie says; throws `oauth_state_invalid` when there is none, it is not ours or it is too old. */
export function openPendingSignIn(secret: string, cookie: string | undefined, now: Date): PendingSignIn {
  const [body = '', signature = ''] = (cookie ?? '').split('.');
  if (!equalSecrets(hmac(secret, 'pending-sign-in', body), signature)) throw refuse('oauth_state_invalid');
  const { expiresAt, ...pending } = Sealed.parse(JSON.parse(Buffer.from(body, 'base64url').toString('utf8')));
  if (expiresAt <= now.getTime()) throw refuse('oauth_state_invalid');
  return pending;
}
