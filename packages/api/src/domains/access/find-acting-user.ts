import { type Reader, users } from '@cartwright/db';
import { type Actor, userIdOf } from '../../kit/actor.ts';
import { refuse } from '../../trpc/errors.ts';

/** The person who vouches for what is given. Throws `forbidden` where there is none: a program vouches for nobody. */
export async function findActingUser(reader: Reader, actor: Actor): Promise<users.UserRow> {
  const id = userIdOf(actor);
  const user = id === undefined ? undefined : await users.findUser(reader, { id });
  if (user === undefined) throw refuse('forbidden');
  return user;
}
