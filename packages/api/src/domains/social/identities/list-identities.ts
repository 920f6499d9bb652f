import { identities } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { userIdOf } from '../../../kit/actor.ts';
import { refuse } from '../../../trpc/errors.ts';
import type { IdentityList } from '../schema.ts';
import { toIdentity } from '../view.ts';

/** The identities that the caller's account can be logged in to with, oldest first. */
export async function listIdentities(ctx: Ctx): Promise<IdentityList> {
  const userId = userIdOf(ctx.actor);
  if (userId === undefined) throw refuse('forbidden');
  const rows = await identities.listIdentities(ctx.db, { userId });
  return { items: rows.map((row) => toIdentity(row, ctx.identityProviders)) };
}
