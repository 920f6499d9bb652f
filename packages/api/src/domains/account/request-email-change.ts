import { users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { userIdOf } from '../../kit/actor.ts';
import { announce } from '../../kit/announce.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { refuse as refuseRequest } from '../../trpc/errors.ts';
import { issueOneTimeToken, takeMail } from '../auth/index.ts';
import type { EmailChangeFact } from './email-change.ts';
import type { AddressInput } from './schema.ts';

/**
 * Sends a link to the address that the caller's account is to have, and a notice to the one that it has. Whether the
 * new address has an account is not even looked up here, so the caller does not learn it.
 */
export async function requestEmailChange(ctx: Ctx, { email }: AddressInput): Promise<void> {
  const userId = userIdOf(ctx.actor);
  const own = userId === undefined ? undefined : await users.findUser(ctx.db, { id: userId });
  if (userId === undefined || own === undefined) throw refuseRequest('unauthenticated');
  if (!(await takeMail(ctx, { kind: 'change_email', email }))) return;
  if (!(await takeMail(ctx, { kind: 'change_email_notice', email: own.email }))) return;
  const { authSecret } = ctx.config;
  await inTransaction(ctx, async (txCtx) => {
    const user = await users.lockUser(txCtx.tx, { id: userId });
    if (user?.status !== 'active') throw refuseRequest('unauthenticated');
    const id = txCtx.ids.uuid(txCtx.now);
    const payload = { from: user.email, to: email };
    await issueOneTimeToken(txCtx, { authSecret, id, userId, purpose: 'change_email', payload });
    const tell = (what: EmailChangeFact['tell']) =>
      announce(txCtx, { topic: 'user.email_change', payload: { tokenId: id, tell: what } });
    await tell('confirm');
    await tell('asked');
  });
}
