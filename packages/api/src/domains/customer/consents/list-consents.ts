import { marketingConsents, type Reader } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { ownUserId } from '../own-account.ts';
import type { ConsentList } from './schema.ts';
import { consentsView } from './view.ts';

/** What the caller agrees to now. */
export async function listConsents(ctx: Pick<Ctx, 'actor' | 'db'>, reader: Reader = ctx.db): Promise<ConsentList> {
  const rows = await marketingConsents.listCurrentConsents(reader, { userId: ownUserId(ctx) });
  return { items: consentsView(rows) };
}
