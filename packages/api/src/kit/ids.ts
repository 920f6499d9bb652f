import { createHash, createHmac, randomBytes, randomFillSync, timingSafeEqual } from 'node:crypto';

/** The one source of randomness. */
export interface Ids {
  /** A UUID version 7 (RFC 9562): sorts by time of making. */
  uuid(now: Date): string;
  /** A URL-safe secret of 256 bits. */
  secret(): string;
}

const MAX_COUNTER = 0xfff;
let lastMs = 0;
let counter = 0;

// Drawn for many ids at once: a draw costs more than all the rest of an id.
const ID_BYTES = 16;
const drawn = Buffer.alloc(256 * ID_BYTES);
let used = drawn.length;

function randomIdBytes(): Buffer {
  if (used === drawn.length) {
    randomFillSync(drawn);
    used = 0;
  }
  used += ID_BYTES;
  return drawn.subarray(used - ID_BYTES, used);
}

/**
 * Ids of one process sort in the order of their making, also within a millisecond: the 12 bits after the time
 * count up (RFC 9562 § 6.2, method 1), and a full counter borrows from the next millisecond.
 */
function uuidv7(now: Date): string {
  const bytes = randomIdBytes();
  const ms = now.getTime();
  if (ms > lastMs || ms < lastMs - MAX_COUNTER) {
    lastMs = ms;
    counter = bytes.readUInt8(6);
  } else if (counter === MAX_COUNTER) {
    lastMs += 1;
    counter = 0;
  } else {
    counter += 1;
  }
  bytes.writeUIntBE(lastMs, 0, 6);
  bytes.writeUInt16BE(0x7000 | counter, 6);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

export const systemIds: Ids = { uuid: uuidv7, secret: () => randomBytes(32).toString('base64url') };

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Whether a text is a UUID as we write them, in lower case. */
export const isUuid = (text: string): boolean => UUID.test(text);

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
