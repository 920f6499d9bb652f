import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** The one source of randomness. */
export interface Ids {
  /** A UUID version 7 (RFC 9562): sorts by time of making. */
  uuid(now: Date): string;
  /** A URL-safe secret of 256 bits. */
  secret(): string;
}

function uuidv7(now: Date): string {
  const bytes = randomBytes(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  bytes.writeUInt8(0x70 | (bytes.readUInt8(6) & 0x0f), 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export const systemIds: Ids = { uuid: uuidv7, secret: () => randomBytes(32).toString('base64url') };

/** SHA-256 in hex, for storing a secret that is never needed back. */
export function sha256Hex(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** HMAC-SHA-256 in base64url over parts that cannot run into one another. */
export function hmac(secret: string, ...parts: string[]): string {
  return createHmac('sha256', secret).update(JSON.stringify(parts)).digest('base64url');
}

/** Compares two secrets in time that does not depend on where they differ. */
export function equalSecrets(a: string, b: string): boolean {
  const left = Buffer.from(a);
  const right = Buffer.from(b);
  return left.length === right.length && timingSafeEqual(left, right);
}
