import { roles } from '@cartwright/db';
import type { TxCtx } from '../../context.ts';
import { ADMINISTRATOR } from '../../kit/actor.ts';
import { audit } from '../../kit/audit.ts';

/** Gives a locked account the role administrator, whoever asks: for whoever runs the store, not for its staff. */
export async function grantAdministrator(ctx: TxCtx, { userId }: { userId: string }): Promise<void> {
  const { tx, now } = ctx;
  await roles.insertUserRole(tx, { userId, roleName: ADMINISTRATOR, now });
  await audit(ctx, { action: 'staff.role_granted', target: `user:${userId}`, detail: { role: ADMINISTRATOR } });
}
