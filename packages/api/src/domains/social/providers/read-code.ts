import { refuse } from '../errors.ts';
import type { AuthorizationAnswer } from './identity-provider.ts';
import { unavailable } from './unavailable.ts';

/** Apple says `user_cancelled_authorize` where OAuth says `access_denied`. */
const DENIALS = ['access_denied', 'user_cancelled_authorize'];
const FAILURES = ['server_error', 'temporarily_unavailable'];

/**
 * The code of an answer. One that names another issuer was mixed up (RFC 9207), and so was one that names none
 * where the provider `alwaysNamesItself`. Throws `oauth_state_invalid`, `oauth_denied`, `oauth_code_invalid`,
 * `identity_provider_unavailable`.
 */
export function readCode(
  { iss, error, code }: AuthorizationAnswer,
  issuer: { isIssuer: (iss: string) => boolean; alwaysNamesItself?: boolean | undefined },
): string {
  if (iss === undefined ? issuer.alwaysNamesItself : !issuer.isIssuer(iss)) throw refuse('oauth_state_invalid');
  if (error !== undefined && DENIALS.includes(error)) throw refuse('oauth_denied');
  if (error !== undefined && FAILURES.includes(error)) throw unavailable(new Error(`The provider said ${error}`));
  if (error !== undefined || code === undefined || code === '') throw refuse('oauth_code_invalid');
  return code;
}
