import { impersonations } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { sha256Hex } from '../../../kit/ids.ts';
import { refuse as refuseRequest } from '../../../trpc/errors.ts';
import type { Impersonation } from './schema.ts';
import { signImpersonation } from './sign-impersonation.ts';

/** The next token of the impersonation that calls, which ends no later for it. Throws `forbidden` for anybody else. */
export async function renewImpersonation(ctx: Ctx): Promise<Impersonation> {
  const { actor, now } = ctx;
  if (actor.kind !== 'impersonation') throw refuseRequest('forbidden');
  const { sessionId } = actor;
  const found = await impersonations.findImpersonation(ctx.db, { sessionId: sha256Hex(sessionId) });
  if (!found || found.endedAt !== null || found.expiresAt <= now) throw refuseRequest('forbidden');
  return signImpersonation(ctx, { ...found, sessionId, endsAt: found.expiresAt });
}
