import type { DomainError } from '../../../kit/domain-error.ts';
import { refuse } from '../errors.ts';

/** `identity_provider_unavailable`, worth another try soon. */
export function unavailable(cause: unknown): DomainError {
  return refuse('identity_provider_unavailable', { cause, retryAfterSeconds: 5 });
}
