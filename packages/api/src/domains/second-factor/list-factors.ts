import { passkeys, secondFactors } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { findOwnAccount } from './own-account.ts';
import type { SecondFactors } from './schema.ts';
import { passkeyView } from './view.ts';

/** The second factors of the caller's account. */
export async function listFactors(ctx: Ctx): Promise<SecondFactors> {
  const { id: userId, roles } = await findOwnAccount(ctx);
  const { totpConfirmedAt, recoveryCodesLeft } = await secondFactors.findFactors(ctx.db, { userId });
  const known = await passkeys.listPasskeys(ctx.db, { userId });
  return {
    required: ctx.config.requireStaffSecondFactor && roles.length > 0,
    totp: totpConfirmedAt && { confirmedAt: totpConfirmedAt },
    passkeys: known.map(passkeyView),
    recoveryCodesLeft,
  };
}
