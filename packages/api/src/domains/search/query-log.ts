import { searchQueries } from '@cartwright/db';
import type { Ctx } from '../../context.ts';
import { secondsBefore } from '../../kit/clock.ts';

/** What was asked since the last time it was written down, by locale and query. */
type Counts = Map<string, { locale: string; query: string; asked: number; foundNothing: number; total: number }>;

const pending = new WeakMap<object, { counts: Counts; timer: NodeJS.Timeout | null }>();

/** A process that is killed loses no more than this much of the log. */
const WRITE_AFTER_MS = 2_000;
const MAX_PENDING = 5_000;

/** Notes that a query was asked. Written down in batches, so that reading stays reading. */
export function noteQuery(ctx: Ctx, { locale, query, total }: { locale: string; query: string; total: number }): void {
  const log = pending.get(ctx.db) ?? { counts: new Map(), timer: null };
  pending.set(ctx.db, log);
  const key = `${locale}\n${query}`;
  const entry = log.counts.get(key) ?? { locale, query, asked: 0, foundNothing: 0, total };
  if (!log.counts.has(key) && log.counts.size >= MAX_PENDING) return;
  entry.asked += 1;
  if (total === 0) entry.foundNothing += 1;
  entry.total = total;
  log.counts.set(key, entry);
  log.timer ??= setTimeout(() => void writeQueries(ctx), WRITE_AFTER_MS).unref();
}

/** Writes down what was noted. Losing it costs a line of a report, so a failure is a warning only. */
export async function writeQueries(ctx: Pick<Ctx, 'db' | 'clock' | 'log'>): Promise<void> {
  const log = pending.get(ctx.db);
  if (!log) return;
  if (log.timer) clearTimeout(log.timer);
  pending.delete(ctx.db);
  try {
    await searchQueries.saveQueries(ctx.db, { rows: [...log.counts.values()], at: ctx.clock.now() });
  } catch (error) {
    ctx.log.warn({ error: (error as Error).message }, 'what was searched for could not be written down');
  }
}

const KEPT_SECONDS = 400 * 24 * 3600;

/** Forgets what was searched for more than a year and a month ago. */
export async function forgetQueries(ctx: Ctx): Promise<void> {
  await searchQueries.deleteOldQueries(ctx.db, { before: secondsBefore(ctx.now, KEPT_SECONDS) });
}
