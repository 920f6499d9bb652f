import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bench, Report, Row } from '../bench.ts';
import { decimal, withSpread } from '../format.ts';
import { readJudgments } from '../search-quality.ts';
import { spread } from '../statistics.ts';
import { KINDS } from '../synthetic-catalog.ts';
import { measureRoute, type RouteRun } from './routes.ts';

const JUDGED = ['esci', 'icecat'];
/** From so many products on, a search may take longer. */
const LARGE = 100_000;
const GOALS = { small: { cpuMs: 6, p50Ms: 25 }, large: { cpuMs: 30, p50Ms: 120 } };
const SUGGESTION_P50_MS = 5;

/**
 * Every judged query in turn, or ten kinds of products where there are no judgments, with all facets, at 8 connections;
 * then what is suggested for their beginnings. For a store that reads anew.
 */
export async function measureSearch(bench: Bench): Promise<Report> {
  const queries = await queriesOf(bench);
  const goal = (bench.config.products ?? 0) >= LARGE ? GOALS.large : GOALS.small;
  const searches = queries.map((q) => `/v1/search?q=${encodeURIComponent(q)}&currency=USD`);
  const search = await measureTurns(bench, { name: 'Search with facets', paths: searches });
  const beginnings = queries.flatMap((q) =>
    [2, 4, 6].filter((length) => length < q.length).map((length) => q.slice(0, length)),
  );
  const suggestions = beginnings.map((q) => `/v1/search/suggestions?q=${encodeURIComponent(q)}&currency=USD`);
  const suggest = await measureTurns(bench, { name: 'Suggestions', paths: suggestions });
  const rows: Row[] = [
    {
      name: `Search with facets: CPU a search of ${queries.length} in turn, server and PostgreSQL`,
      value: withSpread(search.cpu, 'ms', decimal),
      target: `≤ ${goal.cpuMs}`,
      met: search.cpu.median <= goal.cpuMs,
    },
    {
      name: 'Search with facets: p50 at 8 connections',
      value: withSpread(search.p50, 'ms', decimal),
      target: `≤ ${goal.p50Ms}`,
      met: search.p50.median <= goal.p50Ms,
    },
    {
      name: 'Suggestions: p50 at 8 connections',
      value: withSpread(suggest.p50, 'ms', decimal),
      target: `≤ ${SUGGESTION_P50_MS}`,
      met: suggest.p50.median <= SUGGESTION_P50_MS,
    },
  ];
  return {
    rows: [...search.report.rows, ...suggest.report.rows, ...rows],
    details: { ...search.report.details, ...suggest.report.details },
  };
}

async function measureTurns(bench: Bench, { name, paths }: { name: string; paths: readonly string[] }) {
  const report = await measureRoute(bench, { name, path: paths[0] ?? '', paths, connections: 8 });
  const { runs } = report.details[name] as { runs: RouteRun[] };
  return {
    report,
    p50: spread(runs.map((run) => run.p50Ms)),
    cpu: spread(runs.map((run) => (run.cpuMicros + run.databaseMicros) / 1000)),
  };
}

async function queriesOf({ config }: Bench): Promise<string[]> {
  const files = JUDGED.map((name) => join(config.sharedDir, 'data', 'relevance', `${name}.dev.tsv`));
  const kinds = KINDS.slice(0, 10);
  if (!files.every((file) => existsSync(file))) return kinds;
  const texts = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  const judged = texts.flatMap((text) => readJudgments(text).map(({ query }) => query));
  // A synthetic catalog has little of what was judged.
  return config.products === undefined ? judged : [...judged, ...kinds];
}
