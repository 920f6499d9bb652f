import { secondFactors } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { proveAgain, provePassword, refuse as refuseLogin } from '../../auth/index.ts';
import { countAttempt } from '../count-attempt.ts';
import { findOwnAccount } from '../own-account.ts';
import type { StepUpInput, StepUpResult } from '../schema.ts';
import { proveFactor } from './prove-factor.ts';

/**
 * Notes that the owner of the caller's session has just proven again who they are, which dangerous procedures ask
 * for. Throws `second_factor_required` for a password where the account has a second factor, `credentials_invalid`,
 * `second_factor_invalid`, `passkey_invalid`, `rate_limited`.
 */
export async function stepUp(ctx: Ctx, { password, ...proof }: StepUpInput): Promise<StepUpResult> {
  const user = await findOwnAccount(ctx);
  if (password !== undefined) {
    const methods = await secondFactors.findMethods(ctx.db, { userId: user.id });
    if (methods.length > 0) throw refuseLogin('second_factor_required', { details: { methods } });
    if (!(await provePassword(ctx, user, password))) throw refuseLogin('credentials_invalid');
    return proveAgain(ctx, { user, amr: ['pwd'] });
  }
  return countAttempt(ctx, user.email, async () => {
    const factor = await proveFactor(ctx, proof, { purpose: 'step_up', userId: user.id });
    return proveAgain(ctx, { user, amr: factor.amr, also: factor.spend });
  });
}
