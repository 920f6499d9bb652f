import { outbox, users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { assertUncommonPassword } from './password-policy.ts';
import type { RegisterInput } from './schema.ts';
import { takeMail } from './take-mail.ts';

/** Longer than either way takes on a machine that is not overloaded, so that the clock does not tell them apart. */
const ANSWER_AFTER_MS = 100;

/**
 * Makes an account that can log in at once. An address that has one already gets a mail instead, and the caller
 * learns neither from the answer nor from its time. Throws `password_too_common`, `password_queue_full`.
 */
export async function registerUser(ctx: Ctx, input: RegisterInput): Promise<void> {
  assertUncommonPassword(input.password);
  const floor = new Promise<void>((resolve) => setTimeout(resolve, ANSWER_AFTER_MS));
  const passwordHash = await ctx.passwords.hash(input.password);
  const { email, name = null } = input;
  const inserted = await inTransaction(ctx, ({ tx, ids, now }) => {
    const id = ids.uuid(now);
    return users.insertUser(tx, { id, email, name, passwordHash, emailVerifiedAt: null, now });
  });
  if (!inserted) await announceKnownAddress(ctx, email);
  await floor;
}

/** Tells the owner of the address, not the caller. */
async function announceKnownAddress(ctx: Ctx, email: string): Promise<void> {
  if (!(await takeMail(ctx, { kind: 'already_registered', email }))) return;
  await inTransaction(ctx, async ({ tx, ids, now, queue }) => {
    const user = await users.findUserByEmail(tx, { email });
    if (!user) return;
    const id = ids.uuid(now);
    const topic = 'user.already_registered';
    const payload = { userId: user.id, email, name: user.name };
    const aggregate = `registration:${id}`;
    await outbox.insertOutboxRow(tx, { id, aggregate, version: 1, topic, payload, createdAt: now });
    await queue.add(tx, topic, { outboxId: id });
  });
}
