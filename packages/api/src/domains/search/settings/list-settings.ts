import { searchQueries, searchSettings } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { secondsBefore } from '../../../kit/clock.ts';
import { writeQueries } from '../query-log.ts';
import type { QueryReport, QueryReportInput, SearchRule, Synonym } from './schema.ts';

export async function listSynonyms(ctx: Ctx): Promise<{ items: Synonym[] }> {
  return { items: await searchSettings.listSynonyms(ctx.db) };
}

export async function listSearchRules(ctx: Ctx): Promise<{ items: SearchRule[] }> {
  return { items: await searchSettings.listSearchRules(ctx.db) };
}

const DAY_SECONDS = 24 * 3600;

/** What was searched for in the last days, what this process has not written down yet included. */
export async function listQueries(ctx: Ctx, input: QueryReportInput): Promise<QueryReport> {
  await writeQueries(ctx);
  const since = secondsBefore(ctx.now, (input.days - 1) * DAY_SECONDS);
  return {
    items: await searchQueries.listQueries(ctx.db, { since, onlyNothing: input.onlyNothing, limit: input.limit }),
  };
}
