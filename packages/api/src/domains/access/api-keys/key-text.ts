import type { Ids } from '../../../kit/ids.ts';

const KEY = /^cw_[0-9a-f]{8}_[A-Za-z0-9_-]{43}$/;

/** Whether a text has the form of a key. */
export const isKeyText = (text: string): boolean => KEY.test(text);

/** A new key, `cw_<8 hex>_<256 bits>`, and the part of it that is shown later. */
export function newKeyText(ids: Ids): { key: string; prefix: string } {
  const prefix = `cw_${Buffer.from(ids.secret(), 'base64url').toString('hex').slice(0, 8)}`;
  return { key: `${prefix}_${ids.secret()}`, prefix };
}
