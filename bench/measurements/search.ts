import type { Bench, Report, Row } from '../bench.ts';
import { decimal, withSpread } from '../format.ts';
import { spread } from '../statistics.ts';
import { KINDS } from '../synthetic-catalog.ts';
import { measureRoute, type RouteRun } from './routes.ts';

const WORDS = KINDS.slice(0, 10);

/** Searches for ten things in turn, with all facets, at 8 connections; for a store that reads every answer anew. */
export async function measureSearch(bench: Bench): Promise<Report> {
  const paths = WORDS.map((words) => `/v1/search?q=${encodeURIComponent(words)}&currency=USD`);
  const { rows, details } = await measureRoute(bench, {
    name: 'Search with facets',
    path: paths[0] ?? '',
    paths,
    connections: 8,
  });
  const runs = (details['Search with facets'] as { runs: RouteRun[] }).runs;
  const p50 = spread(runs.map((run) => run.p50Ms));
  const cpu = spread(runs.map((run) => (run.cpuMicros + run.databaseMicros) / 1000));
  const more: Row[] = [
    {
      name: 'Search with facets: CPU a search, server and PostgreSQL',
      value: withSpread(cpu, 'ms', decimal),
      target: 'reported',
    },
    { name: 'Search with facets: p50 at 8 connections', value: withSpread(p50, 'ms', decimal), target: 'reported' },
  ];
  return { rows: [...rows, ...more], details };
}
