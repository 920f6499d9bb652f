import type { Ctx } from '../../../context.ts';
import type { Impersonation } from './schema.ts';

/** A token of an impersonation's session, which names the member of staff and ends with the session at the latest. */
export async function signImpersonation(
  ctx: Pick<Ctx, 'accessTokens'>,
  impersonation: { customerId: string; staffId: string; sessionId: string; startedAt: Date; endsAt: Date },
): Promise<Impersonation> {
  const { customerId, staffId: impersonatorId, sessionId, startedAt: authenticatedAt, endsAt } = impersonation;
  const claims = { userId: customerId, sessionId, authenticatedAt, roles: ['customer'], impersonatorId, endsAt };
  const { accessToken, expiresIn } = await ctx.accessTokens.sign(claims);
  return { customerId, accessToken, expiresIn, endsAt };
}
