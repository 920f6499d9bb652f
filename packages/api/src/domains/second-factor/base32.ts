const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** Base32 (RFC 4648 § 6) in lower case, without padding: no character of it is taken for another. */
export function base32(bytes: Uint8Array): string {
  const bits = Array.from(bytes, (byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  return groups.map((group) => ALPHABET[Number.parseInt(group.padEnd(5, '0'), 2)]).join('');
}
