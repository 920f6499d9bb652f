import { users, violatedConstraint } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { announce } from '../../kit/announce.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { findOneTimeToken, useOneTimeToken, withdrawLinks } from '../auth/index.ts';
import { EmailChange } from './email-change.ts';
import { refuse } from './errors.ts';
import type { TokenInput } from './schema.ts';

/**
 * Gives an account the address that the link was sent to, and tells the old one. Links that went to the old address
 * are useless from then on. Throws `one_time_token_invalid`, `email_taken`.
 */
export async function confirmEmailChange(ctx: Ctx, { token }: TokenInput): Promise<void> {
  const found = await findOneTimeToken(ctx, { token, purpose: 'change_email' });
  try {
    await inTransaction(ctx, async (txCtx) => {
      const { tx, now } = txCtx;
      const { id: tokenId, user, payload } = await useOneTimeToken(txCtx, found);
      await users.saveEmail(tx, { id: user.id, email: EmailChange.parse(payload).to, now });
      await withdrawLinks(tx, { userId: user.id });
      await announce(txCtx, { topic: 'user.email_change', payload: { tokenId, tell: 'done' } });
    });
  } catch (error) {
    if (violatedConstraint(error) === 'users_email_key') throw refuse('email_taken');
    throw error;
  }
}
