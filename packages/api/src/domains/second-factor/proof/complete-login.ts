import type { Ctx } from '../../../context.ts';
import { deliverSession, type LoginResult, openLoginChallenge, signIn } from '../../auth/index.ts';
import { countAttempt } from '../count-attempt.ts';
import type { CompleteLoginInput } from '../schema.ts';
import { proveFactor } from './prove-factor.ts';

/**
 * Opens the session of a log-in that was answered `second_factor_required`. Throws `login_challenge_invalid`,
 * `second_factor_invalid`, `passkey_invalid`, and `rate_limited` after too many failures of the account.
 */
export function completeLogin(ctx: Ctx, { challenge, session, ...proof }: CompleteLoginInput): Promise<LoginResult> {
  return deliverSession(ctx, session, async () => {
    const { user, amr } = await openLoginChallenge(ctx, challenge);
    const { passwordVersion } = user;
    return countAttempt(ctx, user.email, async () => {
      const factor = await proveFactor(ctx, proof, { purpose: 'second_factor', userId: user.id });
      return signIn(ctx, { user, amr: [...amr, ...factor.amr, 'mfa'], passwordVersion, also: factor.spend });
    });
  });
}
