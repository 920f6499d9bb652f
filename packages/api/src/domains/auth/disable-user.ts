import { roles, users } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { audit } from '../../kit/audit.ts';
import { assertNotLastAdministrator } from './assert-not-last-administrator.ts';
import { endSessions } from './end-sessions.ts';
import { lockManagedUser } from './lock-managed-user.ts';

/**
 * Switches an account off: nobody logs in to it, its sessions end, and its access tokens and API keys are refused
 * within five seconds everywhere. One that is off is left as it is. Throws `user_not_found`, `permission_not_held`
 * for staff who may do more than the caller, `last_administrator`.
 */
export async function disableUser(ctx: TxCtx, { userId }: { userId: string }): Promise<void> {
  const { tx, now } = ctx;
  await roles.lockAdministrators(tx);
  const user = await lockManagedUser(ctx, userId);
  if (user.status === 'disabled') return;
  await assertNotLastAdministrator(tx, user);
  await users.saveUserStatus(tx, { id: userId, status: 'disabled', now });
  await endSessions(tx, { userId });
  await audit(ctx, { action: 'user.disabled', target: `user:${userId}` });
}

/** Switches an account on again; its roles count again. Throws `user_not_found`, `permission_not_held`. */
export async function enableUser(ctx: TxCtx, { userId }: { userId: string }): Promise<void> {
  const { tx, now } = ctx;
  const user = await lockManagedUser(ctx, userId);
  if (user.status === 'active') return;
  await users.saveUserStatus(tx, { id: userId, status: 'active', now });
  // None is there; if one were, it would come to life again.
  await endSessions(tx, { userId });
  await audit(ctx, { action: 'user.enabled', target: `user:${userId}` });
}
