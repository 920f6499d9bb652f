import { passkeys, secondFactors } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';

/** Takes every second factor from an account, recovery codes included. Told to nobody: that is the caller's to do. */
export async function forgetFactors({ tx }: TxCtx, userId: string): Promise<void> {
  await secondFactors.lockFactors(tx, { userId });
  await secondFactors.deleteTotp(tx, { userId });
  await passkeys.deleteUserPasskeys(tx, { userId });
  await secondFactors.deleteRecoveryCodes(tx, { userId });
}
