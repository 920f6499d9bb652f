import type { Ctx } from '../../context.ts';
import { sessionIdOf, userIdOf } from '../../kit/actor.ts';
import { sha256Hex } from '../../kit/ids.ts';
import { refuse } from '../../trpc/errors.ts';
import { deviceOf } from './device-of.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import type { OwnSession } from './schema.ts';

/** Where the caller's account is logged in, newest first. */
export async function listSessions(ctx: Ctx): Promise<OwnSession[]> {
  const userId = userIdOf(ctx.actor);
  if (userId === undefined) throw refuse('unauthenticated');
  const own = sessionIdOf(ctx.actor);
  const current = own === undefined ? undefined : sha256Hex(own);
  const sessions = await luciaSessionStore.list(ctx.db, { userId, now: ctx.now });
  return sessions.map(({ publicId, userAgent, ...session }) => ({
    ...session,
    id: publicId,
    device: deviceOf(userAgent),
    current: publicId === current,
  }));
}
