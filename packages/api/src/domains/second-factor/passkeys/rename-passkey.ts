import { passkeys } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse } from '../../../trpc/errors.ts';
import { findOwnAccount } from '../own-account.ts';
import type { Passkey, RenamePasskeyInput } from '../schema.ts';
import { passkeyView } from '../view.ts';

/** Calls a passkey of the caller's account something else. Throws `not_found`. */
export async function renamePasskey(ctx: Ctx, { passkeyId, name }: RenamePasskeyInput): Promise<Passkey> {
  const { id: userId } = await findOwnAccount(ctx);
  const renamed = await inTransaction(ctx, ({ tx }) => passkeys.savePasskeyName(tx, { id: passkeyId, userId, name }));
  if (renamed === undefined) throw refuse('not_found');
  return passkeyView(renamed);
}
