import type { Ctx } from '../../../context.ts';
import { createSealer } from '../../../kit/seal.ts';

/** 160 bits, as long as what SHA-1 makes of it (RFC 4226 § 4). */
const SECRET_BYTES = 20;

type Sealing = Pick<Ctx, 'config' | 'ids'>;

const sealerOf = ({ config, ids }: Sealing) =>
  createSealer({ secret: config.authSecret, purpose: 'cartwright totp secrets', ids });

/** A new secret, and the text of it that only this store can read, and only for this account. */
export function makeTotpSecret(ctx: Sealing, userId: string): { secret: Buffer; secretSealed: string } {
  const secret = Buffer.from(ctx.ids.secret(), 'base64url').subarray(0, SECRET_BYTES);
  return { secret, secretSealed: sealerOf(ctx).seal(secret.toString('base64url'), userId) };
}

/** Undefined for what another AUTH_SECRET has sealed. */
export function openTotpSecret(ctx: Sealing, userId: string, secretSealed: string): Buffer | undefined {
  const opened = sealerOf(ctx).open(secretSealed, userId);
  return opened === undefined ? undefined : Buffer.from(opened, 'base64url');
}
