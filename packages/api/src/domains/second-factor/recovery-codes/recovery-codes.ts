import { type Ids, sha256Hex } from '../../../kit/ids.ts';
import { base32 } from '../base32.ts';

const COUNT = 10;
/** 80 bits: beyond guessing, so that a plain hash of it gives nothing away. */
const CODE_BYTES = 10;

/** Ten new codes in groups of four characters, to be shown once. */
export function makeRecoveryCodes(ids: Ids): string[] {
  return Array.from({ length: COUNT }, () => {
    const text = base32(Buffer.from(ids.secret(), 'base64url').subarray(0, CODE_BYTES));
    return text.replace(/.{4}(?=.)/g, '$&-');
  });
}

/** What is stored of a code, with or without its dashes. */
export function recoveryCodeHash(userId: string, code: string): string {
  return sha256Hex(`${userId} ${code.replaceAll('-', '')}`);
}
