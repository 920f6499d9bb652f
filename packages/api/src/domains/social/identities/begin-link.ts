import { users } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { refuse as refuseRequest } from '../../../trpc/errors.ts';
import { refuse } from '../errors.ts';
import { resolveReturnTo } from '../return-to.ts';
import type { BeginLinkInput, LinkStart } from '../schema.ts';
import { sealLinkTicket } from './link-ticket.ts';
import { ownSession } from './own-session.ts';

/**
 * Where to send the browser so that an identity is linked to the account that is logged in. Throws `not_found` for a
 * provider that the store has not, `return_to_invalid`, `link_needs_verified_email`: of an unverified account nobody
 * knows whose it is, and its owner must not find somebody else's identity on it.
 */
export async function beginLink(ctx: Ctx, { provider, returnTo }: BeginLinkInput): Promise<LinkStart> {
  const link = ownSession(ctx);
  if (!ctx.identityProviders.has(provider)) throw refuseRequest('not_found');
  const user = await users.findUser(ctx.db, { id: link.userId });
  if (!user?.emailVerifiedAt) throw refuse('link_needs_verified_email');
  const resolved = returnTo === undefined ? {} : { returnTo: resolveReturnTo(returnTo, ctx.config) };
  const url = new URL(`${ctx.config.publicUrl}/auth/${provider}`);
  url.searchParams.set('link', sealLinkTicket(ctx, provider, { link, ...resolved }));
  return { url: url.href };
}
