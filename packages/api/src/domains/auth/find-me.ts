import { users } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { userIdOf } from '../../kit/actor.ts';
import { refuse } from '../../trpc/errors.ts';
import type { User } from './schema.ts';
import { toUser } from './view.ts';

/** The caller's own account. Throws `unauthenticated` when it is gone. */
export async function findMe(ctx: Ctx): Promise<User> {
  const id = userIdOf(ctx.actor);
  const user = id === undefined ? undefined : await users.findUser(ctx.db, { id });
  if (user === undefined) throw refuse('unauthenticated');
  return toUser(user);
}
