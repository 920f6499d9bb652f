import type { Ctx } from '../../context.ts';
import { userIdOf } from '../../kit/actor.ts';
import { refuse as refuseRequest } from '../../trpc/errors.ts';

/** The account that reviews are of. Throws `unauthenticated` for a caller without one. */
export function ownUserId({ actor }: Pick<Ctx, 'actor'>): string {
  const userId = userIdOf(actor);
  if (userId === undefined) throw refuseRequest('unauthenticated');
  return userId;
}
