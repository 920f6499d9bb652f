import { users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { announce } from '../../kit/announce.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { assertUncommonPassword } from './password-policy.ts';
import type { RegisterInput } from './schema.ts';
import { takeMail } from './take-mail.ts';

/**
 * Makes an account that can log in at once, and sends its address a link to confirm it. An address that has an account
 * already gets a mail that says so; the caller learns neither from the answer nor from its time, since the work is the
 * same. Throws `password_too_common`, `password_queue_full`.
 */
export async function registerUser(ctx: Ctx, input: RegisterInput): Promise<void> {
  assertUncommonPassword(input.password);
  const passwordHash = await ctx.passwords.hash(input.password);
  const { email, name = null } = input;
  const mayMail = await takeMail(ctx, { kind: 'already_registered', email });
  await inTransaction(ctx, async (txCtx) => {
    const { tx, ids, now } = txCtx;
    const user = { id: ids.uuid(now), email, name, passwordHash, emailVerifiedAt: null, now };
    const { id: userId, inserted } = await users.insertOrFindUser(tx, user);
    if (!mayMail) return;
    const link = { topic: 'user.link_requested', payload: { userId, purpose: 'verify_email' } } as const;
    const known = { topic: 'user.already_registered', payload: { userId } } as const;
    await announce(txCtx, inserted ? link : known);
  });
}
