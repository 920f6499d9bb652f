import { secondFactors } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { refuse as refuseRequest } from '../../../trpc/errors.ts';
import { removeFactor } from '../remove-factor.ts';

/** Forgets the authenticator app. Throws `not_found`, and `second_factor_kept` to staff who must have a factor. */
export function removeTotp(ctx: Ctx): Promise<void> {
  return removeFactor(ctx, {
    change: 'totp_removed',
    remove: async (tx, userId) => {
      if (!(await secondFactors.deleteTotp(tx, { userId }))) throw refuseRequest('not_found');
    },
  });
}
