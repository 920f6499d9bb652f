import { users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { ADMINISTRATOR } from '../../kit/actor.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { inputIssues, refuse as refuseRequest } from '../../trpc/errors.ts';
import { assertUncommonPassword, grantAdministrator, RegisterInput, replacePassword } from '../auth/index.ts';
import { forgetStranger } from './forget-stranger.ts';

/**
 * Makes sure that the address has an account with the role administrator. One that has it already is left as it is;
 * any other account of the address gets the role, this password and no open sessions, and keeps nothing of a stranger
 * who opened it. Throws `invalid_input`, `password_too_common`, `password_queue_full`.
 */
export async function createAdministrator(
  ctx: Ctx,
  input: { email: string; password: string },
): Promise<{ userId: string; created: boolean }> {
  const parsed = RegisterInput.safeParse(input);
  if (!parsed.success) throw refuseRequest('invalid_input', { details: { issues: inputIssues(parsed.error) } });
  const { email, password } = parsed.data;
  const known = await users.findUserByEmail(ctx.db, { email });
  if (known?.roles.includes(ADMINISTRATOR)) return { userId: known.id, created: false };

  assertUncommonPassword(password);
  const passwordHash = await ctx.passwords.hash(password);
  return inTransaction(ctx, async (txCtx) => {
    const { tx, ids, now } = txCtx;
    const id = ids.uuid(now);
    if (await users.insertUser(tx, { id, email, name: null, passwordHash, emailVerifiedAt: null, now })) {
      await grantAdministrator(txCtx, { userId: id });
      return { userId: id, created: true };
    }
    const existing = await users.lockUserByEmail(tx, { email });
    if (!existing) throw new Error('The account vanished while it was made an administrator.');
    if (!existing.roles.includes(ADMINISTRATOR)) {
      await grantAdministrator(txCtx, { userId: existing.id });
      await forgetStranger(txCtx, existing);
      await replacePassword(txCtx, { userId: existing.id, passwordHash });
    }
    return { userId: existing.id, created: false };
  });
}
