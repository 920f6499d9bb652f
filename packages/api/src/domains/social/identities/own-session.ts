import type { Ctx } from '../../../context.ts';
import { refuse } from '../../../trpc/errors.ts';

/** The account and the session of a person who is logged in. Throws `forbidden` for everybody else. */
export function ownSession({ actor }: Ctx): { userId: string; sessionId: string } {
  if (actor.kind !== 'customer' && actor.kind !== 'staff') throw refuse('forbidden');
  const { userId, sessionId } = actor;
  return { userId, sessionId };
}
