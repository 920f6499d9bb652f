import { secondFactors } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { makeRecoveryCodes, recoveryCodeHash } from './recovery-codes.ts';

/** Puts ten new codes in the place of all that the account has; this is the only time that they can be seen. */
export async function issueRecoveryCodes({ tx, ids, now }: TxCtx, userId: string): Promise<string[]> {
  const codes = makeRecoveryCodes(ids);
  const hashes = codes.map((code) => recoveryCodeHash(userId, code));
  await secondFactors.saveRecoveryCodes(tx, { userId, hashes, createdAt: now });
  return codes;
}

/** Codes for an account that has none left; null for one that has. Call it under the lock of its factors. */
export async function issueMissingRecoveryCodes(ctx: TxCtx, userId: string): Promise<string[] | null> {
  const { recoveryCodesLeft } = await secondFactors.findFactors(ctx.tx, { userId });
  return recoveryCodesLeft === 0 ? issueRecoveryCodes(ctx, userId) : null;
}
