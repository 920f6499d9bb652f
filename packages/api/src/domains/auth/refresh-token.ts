import { equalSecrets, hmac } from '../../kit/ids.ts';

/** `<session id>.<generation>.<HMAC>`; the HMAC is what makes it a secret, so nothing of it need be stored. */
const SHAPE = /^([a-z0-9]{20,64})\.([1-9]\d{0,8})\.([\w-]{43})$/;

/** The refresh token of one generation of a session; always the same for the same arguments. */
export function refreshTokenOf(secret: string, session: { id: string; generation: number }): string {
  const { id, generation } = session;
  return `${id}.${generation}.${hmac(secret, 'refresh-token', id, String(generation))}`;
}

/** What a refresh token stands for, or undefined when we did not issue it. */
export function readRefreshToken(secret: string, token: string): { sessionId: string; generation: number } | undefined {
  const [, id, digits] = SHAPE.exec(token) ?? [];
  if (id === undefined) return undefined;
  const generation = Number(digits);
  return equalSecrets(refreshTokenOf(secret, { id, generation }), token) ? { sessionId: id, generation } : undefined;
}
