import { marketingConsents } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { actorRecord } from '../../../kit/actor.ts';

/**
 * Writes down that a locked account agrees to a channel, or no longer does; answers false when that is what it says
 * already, of the same wording.
 */
export async function recordConsent(
  ctx: TxCtx,
  said: Pick<marketingConsents.ConsentRow, 'userId' | 'channel' | 'source'> & {
    granted: boolean;
    textVersion?: string | undefined;
  },
): Promise<boolean> {
  const { tx, ids, now } = ctx;
  const { userId, channel, source, granted } = said;
  const current = await marketingConsents.listCurrentConsents(tx, { userId });
  const last = current.find((each) => each.channel === channel);
  const textVersion = granted ? (said.textVersion ?? null) : null;
  const isSaid = granted ? last?.action === 'granted' && last.textVersion === textVersion : last?.action !== 'granted';
  if (isSaid) return false;
  const action = granted ? 'granted' : 'withdrawn';
  const actor = actorRecord(ctx.actor);
  await marketingConsents.insertConsent(tx, {
    id: ids.uuid(now),
    userId,
    channel,
    action,
    source,
    textVersion,
    actor,
    at: now,
  });
  return true;
}
