import { marketingConsents, type Reader } from '@cartwright/db';
import type { ActorRecord } from '../../../kit/actor.ts';
import { decodeCursor, encodeCursor } from '../../../kit/page.ts';
import type { ConsentHistory, ConsentHistoryInput } from './schema.ts';

const SCOPE = 'consents';

/** A page of all that an account ever said of marketing, the newest first. Throws `cursor_invalid`. */
export async function consentPage(
  reader: Reader,
  query: ConsentHistoryInput & { userId: string },
): Promise<ConsentHistory> {
  const { userId, limit, cursor } = query;
  const [after] = cursor === undefined ? [null] : decodeCursor(cursor, SCOPE, ['uuid'] as const);
  const rows = await marketingConsents.listConsents(reader, { userId, after, limit: limit + 1 });
  const items = rows.slice(0, limit).map(({ id, channel, action, source, textVersion, actor, at }) => {
    return {
      id,
      channel,
      action,
      source,
      textVersion,
      by: (actor as ActorRecord).userId === userId ? 'customer' : 'staff',
      at,
    };
  });
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(SCOPE, [last.id]) : null };
}
