/** Yields `size` random bytes. */
export type RandomBytes = (size: number) => Uint8Array;

const ALPHABET = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** Random letters and digits. */
export function randomText(random: RandomBytes, length: number): string {
  let result = '';
  for (const byte of random(length)) result += ALPHABET[byte % ALPHABET.length];
  return result;
}
