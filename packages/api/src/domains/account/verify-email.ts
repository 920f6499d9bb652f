import { users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { inTransaction } from '../../kit/transaction.ts';
import { findOneTimeToken, useOneTimeToken } from '../auth/index.ts';
import type { TokenInput } from './schema.ts';

/** Marks the address of an account as its owner's. Throws `one_time_token_invalid`. */
export async function verifyEmail(ctx: Ctx, { token }: TokenInput): Promise<void> {
  const found = await findOneTimeToken(ctx, { token, purpose: 'verify_email' });
  await inTransaction(ctx, async (txCtx) => {
    const { user } = await useOneTimeToken(txCtx, found);
    await users.saveEmailVerified(txCtx.tx, { id: user.id, now: txCtx.now });
  });
}
