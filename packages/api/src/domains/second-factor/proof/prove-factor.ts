import { secondFactors } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { announceChange } from '../announce-change.ts';
import { refuse } from '../errors.ts';
import { provePasskey } from '../passkeys/prove-passkey.ts';
import { recoveryCodeHash } from '../recovery-codes/recovery-codes.ts';
import type { FactorProof } from '../schema.ts';
import { stepOfCode } from '../totp/totp.ts';
import { openTotpSecret } from '../totp/totp-secret.ts';
import type { ProvenFactor } from './proven-factor.ts';

/**
 * Whether the proof is one of the account's second factors. Throws `second_factor_invalid` or `passkey_invalid`;
 * a code that was used before is refused when it is spent.
 */
export async function proveFactor(
  ctx: Ctx,
  proof: FactorProof,
  use: { purpose: 'second_factor' | 'step_up'; userId: string },
): Promise<ProvenFactor> {
  if (proof.passkey !== undefined) return provePasskey(ctx, proof.passkey, use);
  if (proof.code !== undefined) return proveCode(ctx, use.userId, proof.code);
  return recoveryCode(use.userId, proof.recoveryCode ?? '');
}

async function proveCode(ctx: Ctx, userId: string, code: string): Promise<ProvenFactor> {
  const totp = await secondFactors.findTotp(ctx.db, { userId });
  const secret = totp?.confirmedAt ? openTotpSecret(ctx, userId, totp.secretSealed) : undefined;
  const step = secret && stepOfCode(secret, code, ctx.now);
  if (totp === undefined || step === undefined) throw refuse('second_factor_invalid');
  return {
    amr: ['otp'],
    spend: async ({ tx }) => {
      const { secretSealed } = totp;
      const spent = await secondFactors.saveTotpStep(tx, { userId, secretSealed, step });
      if (!spent) throw refuse('second_factor_invalid');
    },
  };
}

function recoveryCode(userId: string, code: string): ProvenFactor {
  return {
    amr: ['otp'],
    spend: async (txCtx) => {
      const { tx, now } = txCtx;
      const codeHash = recoveryCodeHash(userId, code);
      const used = await secondFactors.saveRecoveryCodeUsed(tx, { userId, codeHash, usedAt: now });
      if (!used) throw refuse('second_factor_invalid');
      await announceChange(txCtx, { userId, change: 'recovery_code_used' });
    },
  };
}
