import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto';
import type { Ids } from './ids.ts';

const ALGORITHM = 'aes-256-gcm';
const IV_BYTES = 12;
const TAG_BYTES = 16;

/** Text that only this store can read, and only where it was put. */
export interface Sealer {
  /** `context` is what the text belongs to; it is not secret, and is needed again to open it. */
  seal(text: string, context: string): string;
  /** Undefined for what another secret has sealed, or for another context. */
  open(sealed: string, context: string): string | undefined;
}

/** AES-256-GCM under a key of its own for every purpose, derived from the store's secret by HKDF (RFC 5869). */
export function createSealer(options: { secret: string; purpose: string; ids: Ids }): Sealer {
  const key = Buffer.from(hkdfSync('sha256', options.secret, '', options.purpose, 32));
  return {
    seal(text, context) {
      const iv = Buffer.from(options.ids.secret(), 'base64url').subarray(0, IV_BYTES);
      const cipher = createCipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(context));
      const sealed = Buffer.concat([cipher.update(text, 'utf8'), cipher.final()]);
      return [iv, sealed, cipher.getAuthTag()].map((part) => part.toString('base64url')).join('.');
    },
    open(sealed, context) {
      const [iv, text, tag] = sealed.split('.').map((part) => Buffer.from(part, 'base64url'));
      if (iv?.length !== IV_BYTES || !text || tag?.length !== TAG_BYTES) return undefined;
      const decipher = createDecipheriv(ALGORITHM, key, iv).setAAD(Buffer.from(context)).setAuthTag(tag);
      try {
        return Buffer.concat([decipher.update(text), decipher.final()]).toString('utf8');
      } catch {
        return undefined;
      }
    },
  };
}
