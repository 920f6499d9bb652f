import { users, type users as usersData } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { userIdOf } from '../../kit/actor.ts';
import { refuse } from '../../trpc/errors.ts';

/** The caller's account. Throws `unauthenticated` when it is gone. */
export async function findOwnAccount(ctx: Ctx): Promise<usersData.UserRow> {
  const id = userIdOf(ctx.actor);
  const user = id === undefined ? undefined : await users.findUser(ctx.db, { id });
  if (user === undefined) throw refuse('unauthenticated');
  return user;
}
