import { media } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { decodeCursor, encodeCursor } from '../../kit/page.ts';
import type { ListMediaInput, MediaList } from './schema.ts';
import { assetView } from './view.ts';

const SCOPE = 'media';

/** Assets that fit all that is asked for, the newest first. Throws `cursor_invalid`. */
export async function listMedia(ctx: Ctx, { q, used, limit, cursor }: ListMediaInput): Promise<MediaList> {
  const [after] = cursor === undefined ? [null] : decodeCursor(cursor, SCOPE, ['uuid'] as const);
  const rows = await media.searchAssets(ctx.db, { text: q ?? null, used: used ?? null, after, limit: limit + 1 });
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(({ useCount, ...row }) => ({ ...assetView(row), useCount })),
    nextCursor: rows.length > limit && last ? encodeCursor(SCOPE, [last.id]) : null,
  };
}
