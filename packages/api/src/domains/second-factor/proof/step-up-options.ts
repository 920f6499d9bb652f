import type { Ctx } from '../../../context.ts';
import { findOwnAccount } from '../own-account.ts';
import { assertionOptions } from '../passkeys/assertion-options.ts';
import type { PasskeyRequestOptions } from '../schema.ts';

/** What the browser needs to prove again, by a passkey, whose session it is. */
export async function stepUpOptions(ctx: Ctx): Promise<PasskeyRequestOptions> {
  const { id: userId } = await findOwnAccount(ctx);
  return assertionOptions(ctx, { purpose: 'step_up', userId });
}
