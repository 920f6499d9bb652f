import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { lockOwnAccount } from '../lock-account.ts';
import { getProfile } from './get-profile.ts';
import { saveProfileChange } from './save-profile-change.ts';
import type { Profile, UpdateProfileInput } from './schema.ts';

/**
 * Changes what is given of the caller's profile. The last one to write wins, unless a version is sent along. Refuses
 * with `version_conflict`, `currency_unknown`.
 */
export function updateProfile(ctx: Ctx, input: UpdateProfileInput): Promise<Profile> {
  return inTransaction(ctx, async (txCtx) => {
    await saveProfileChange(txCtx, await lockOwnAccount(txCtx), input);
    return getProfile(ctx, txCtx.tx);
  });
}
