import type { Ctx } from '../../context.ts';
import { sessionIdOf } from '../../kit/actor.ts';

/** Lets this process see at once that the caller has, or lacks, a second factor; the others see it in five seconds. */
export function forgetOwnSession(ctx: Ctx): void {
  const sessionId = sessionIdOf(ctx.actor);
  if (sessionId !== undefined) ctx.accessTokens.forget(sessionId);
}
