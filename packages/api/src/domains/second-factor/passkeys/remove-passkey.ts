import { passkeys } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { refuse } from '../../../trpc/errors.ts';
import { removeFactor } from '../remove-factor.ts';

/** Forgets a passkey. Throws `not_found`, and `second_factor_kept` to staff who must have a factor. */
export function removePasskey(ctx: Ctx, { passkeyId }: { passkeyId: string }): Promise<void> {
  return removeFactor(ctx, {
    change: 'passkey_removed',
    remove: async (tx, userId) => {
      if (!(await passkeys.deletePasskey(tx, { id: passkeyId, userId }))) throw refuse('not_found');
    },
  });
}
