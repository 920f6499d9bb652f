import { secondFactors, store } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { base32 } from '../base32.ts';
import { refuse } from '../errors.ts';
import { findOwnAccount } from '../own-account.ts';
import type { TotpEnrollment } from '../schema.ts';
import { otpauthUri } from './totp.ts';
import { makeTotpSecret } from './totp-secret.ts';

/** A secret for an authenticator app. It counts for nothing until its first code is given. Throws `totp_exists`. */
export async function beginTotp(ctx: Ctx): Promise<TotpEnrollment> {
  const { id: userId, email } = await findOwnAccount(ctx);
  const issuer = (await store.findStore(ctx.db))?.name ?? 'Cartwright';
  const { secret, secretSealed } = makeTotpSecret(ctx, userId);
  const saved = await inTransaction(ctx, ({ tx, now }) =>
    secondFactors.savePendingTotp(tx, { userId, secretSealed, createdAt: now }),
  );
  if (!saved) throw refuse('totp_exists');
  return { secret: base32(secret).toUpperCase(), uri: otpauthUri({ secret, issuer, account: email }) };
}
