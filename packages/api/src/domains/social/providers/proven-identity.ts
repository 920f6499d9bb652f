import { refuse } from '../errors.ts';
import type { ProvenIdentity } from './identity-provider.ts';

/** OpenID Connect Core § 2: at most 255 ASCII characters. */
const SUBJECT = /^[\x20-\x7e]{1,255}$/;

/** What a provider's claims say of a person, of whatever type they are. Throws `oauth_code_invalid` without a subject. */
export function provenIdentity(
  provider: string,
  claims: { subject: string; email?: unknown; emailVerified: boolean; name?: unknown },
): ProvenIdentity {
  const { subject, email, emailVerified, name } = claims;
  if (!SUBJECT.test(subject)) throw refuse('oauth_code_invalid');
  return {
    provider,
    subject,
    email: typeof email === 'string' ? email : undefined,
    emailVerified,
    name: typeof name === 'string' ? name : undefined,
  };
}

/** Providers write a yes as `true`, `"true"`, `1` or `"1"`. */
export function isYes(claim: unknown): boolean {
  return claim === true || claim === 'true' || claim === 1 || claim === '1';
}
