import type { Ctx } from '../../../context.ts';
import { openLoginChallenge } from '../../auth/index.ts';
import { assertionOptions } from '../passkeys/assertion-options.ts';
import type { LoginOptionsInput, PasskeyRequestOptions } from '../schema.ts';

/** What the browser needs to prove the second factor by a passkey. Throws `login_challenge_invalid`. */
export async function loginOptions(ctx: Ctx, { challenge }: LoginOptionsInput): Promise<PasskeyRequestOptions> {
  const { user } = await openLoginChallenge(ctx, challenge);
  return assertionOptions(ctx, { purpose: 'second_factor', userId: user.id });
}
