import { equalSecrets, hmac } from '../../kit/ids.ts';

/** What a page of ours sends as `X-CSRF-Token` while the session is in cookies; another page cannot know it. */
export function csrfTokenOf(secret: string, sessionId: string): string {
  return hmac(secret, 'csrf-token', sessionId);
}

export function isCsrfToken(secret: string, sessionId: string, given: string): boolean {
  return equalSecrets(csrfTokenOf(secret, sessionId), given);
}
