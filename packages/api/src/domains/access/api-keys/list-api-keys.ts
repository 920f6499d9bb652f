import { apiKeys } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { decodeCursor, encodeCursor } from '../../../kit/page.ts';
import type { ApiKeyList, ListApiKeysInput } from './schema.ts';

const SCOPE = 'api-keys';

/** Everybody's keys, newest first, with those that have expired or were revoked. Throws `cursor_invalid`. */
export async function listApiKeys(ctx: Ctx, { limit, cursor }: ListApiKeysInput): Promise<ApiKeyList> {
  const [afterId = null] = cursor === undefined ? [] : decodeCursor(cursor, SCOPE, ['uuid'] as const);
  const rows = await apiKeys.listApiKeys(ctx.db, { afterId, limit: limit + 1 });
  const items = rows.slice(0, limit).map(({ userId, makerEmail, ...key }) => ({
    ...key,
    createdBy: { id: userId, email: makerEmail },
  }));
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last ? encodeCursor(SCOPE, [last.id]) : null };
}
