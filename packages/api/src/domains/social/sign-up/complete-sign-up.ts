import type { Ctx } from '../../../context.ts';
import { equalSecrets, sha256Hex } from '../../../kit/ids.ts';
import { deliverSession, type LoginResult, takeAttempt } from '../../auth/index.ts';
import { refuse } from '../errors.ts';
import type { SignUpInput } from '../schema.ts';
import { loginWithIdentity } from '../sign-in/login-with-identity.ts';
import { spend } from '../spend.ts';
import { signUpCode } from './sign-up-code.ts';
import { openSignUp, SIGN_UP_SECONDS } from './sign-up-note.ts';

/**
 * Makes the account of an identity whose person has just proven to read mail at `email`, and opens its first session.
 * Throws `sign_up_invalid`, `sign_up_code_invalid`, `rate_limited`, and what `loginWithIdentity` throws.
 */
export function completeSignUp(ctx: Ctx, input: SignUpInput): Promise<LoginResult> {
  return deliverSession(ctx, input.session, async () => {
    const { email } = input;
    const { id, identity } = openSignUp(ctx, input.signUp);
    const attempt = await takeAttempt(ctx, { scope: 'one_time_token', account: email });
    if (!equalSecrets(input.code, signUpCode(ctx.config.authSecret, { id, email })))
      throw refuse('sign_up_code_invalid');
    await attempt.forgive();
    const isFirst = await spend(ctx, { id: sha256Hex(id), seconds: SIGN_UP_SECONDS });
    if (!isFirst) throw refuse('sign_up_invalid');
    return loginWithIdentity(ctx, { ...identity, name: identity.name, email, emailVerified: true });
  });
}
