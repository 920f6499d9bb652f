import { createHmac } from 'node:crypto';
import { equalSecrets } from '../../../kit/ids.ts';
import { base32 } from '../base32.ts';

export const STEP_SECONDS = 30;
const DIGITS = 6;
/** How far the clock of a phone may be off, in steps. */
const SKEW_STEPS = 1;

/** The number of the 30-second step that is on. */
export const stepAt = (now: Date): number => Math.floor(now.getTime() / 1000 / STEP_SECONDS);

/** The code of one step (RFC 6238, which is RFC 4226 over a counter of steps, with SHA-1). */
export function totpCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(step));
  const mac = createHmac('sha1', secret).update(counter).digest();
  const number = mac.readUInt32BE(mac.readUInt8(mac.length - 1) & 0xf) & 0x7fffffff;
  return String(number % 10 ** DIGITS).padStart(DIGITS, '0');
}

/** The step whose code it is: the one that is on, the one before or the one after; undefined for any other code. */
export function stepOfCode(secret: Uint8Array, code: string, now: Date): number | undefined {
  const current = stepAt(now);
  const near = Array.from({ length: 2 * SKEW_STEPS + 1 }, (_, index) => current + SKEW_STEPS - index);
  return near.find((step) => equalSecrets(totpCode(secret, step), code));
}

/** What a QR code for an authenticator app says. */
export function otpauthUri({
  secret,
  issuer,
  account,
}: {
  secret: Uint8Array;
  issuer: string;
  account: string;
}): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(account)}`;
  const shown = base32(secret).toUpperCase();
  const shape = `algorithm=SHA1&digits=${DIGITS}&period=${STEP_SECONDS}`;
  return `otpauth://totp/${label}?secret=${shown}&issuer=${encodeURIComponent(issuer)}&${shape}`;
}
