import { hmac } from '../../../kit/ids.ts';

const CODES = 100_000_000;

/** The eight digits that prove an address in a sign-up. Derived, so that they are stored nowhere. */
export function signUpCode(authSecret: string, { id, email }: { id: string; email: string }): string {
  // 48 bits: the digits are even to one in two million.
  const number = Buffer.from(hmac(authSecret, 'sign-up-code', id, email), 'base64url').readUIntBE(0, 6);
  return String(number % CODES).padStart(8, '0');
}
