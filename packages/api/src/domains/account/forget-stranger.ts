import type { users } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { forgetUnprovenData } from '../customer/index.ts';
import { dropAccess } from './drop-access.ts';

/**
 * For a locked account that goes to the owner of its address: while the address was unproven anybody may have opened
 * it, so whatever else opens it goes, and what they may have added.
 */
export async function forgetStranger(ctx: TxCtx, user: users.UserRow): Promise<void> {
  if (user.emailVerifiedAt !== null) return;
  await dropAccess(ctx, user.id);
  // Without a password nobody has been in it: what there is, staff have written down.
  if (user.passwordHash !== null) await forgetUnprovenData(ctx, { userId: user.id });
}
