import { identities, users } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import { refuse as refuseRequest } from '../../../trpc/errors.ts';
import { endSessions } from '../../auth/index.ts';
import { refuse } from '../errors.ts';
import type { UnlinkInput } from '../schema.ts';
import { ownSession } from './own-session.ts';

/**
 * Takes an identity off the account that is logged in, and ends its other sessions, which the identity may have
 * opened. Throws `not_found`, `last_login_method`.
 */
export async function unlinkIdentity(ctx: Ctx, { identityId }: UnlinkInput): Promise<void> {
  const { userId, sessionId } = ownSession(ctx);
  const offered = new Set([...ctx.identityProviders.values()].map(({ key }) => key));
  await inTransaction(ctx, async ({ tx }) => {
    // Locked: two that go at once must not both count on the other to stay.
    const user = await users.lockUser(tx, { id: userId });
    const rows = await identities.listIdentities(tx, { userId });
    if (user === undefined || !rows.some(({ id }) => id === identityId)) throw refuseRequest('not_found');
    const others = rows.filter(({ id, provider }) => id !== identityId && offered.has(provider));
    if (user.passwordHash === null && others.length === 0) throw refuse('last_login_method');
    await identities.deleteIdentity(tx, { id: identityId });
    await endSessions(tx, { userId, exceptSessionId: sessionId });
  });
  ctx.accessTokens.forgetUser(userId);
}
