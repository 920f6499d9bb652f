import { media } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import type { MediaSweepList } from '../schema.ts';

const LIMIT = 30;

/** What the last sweeps found, the newest first. */
export async function listSweeps(ctx: Ctx): Promise<MediaSweepList> {
  return { items: await media.listSweeps(ctx.db, { limit: LIMIT }) };
}
