import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../../packages/db/src/testing/embedded-postgres.ts';
import type { Bench, Report } from '../bench.ts';
import { decimal, whole, withSpread } from '../format.ts';
import { type LoadResult, load } from '../load.ts';
import { cpuMicros, databaseCpuMicros, launch, untilReady } from '../processes.ts';
import { alternate, ratios, spread } from '../statistics.ts';
import { storeEnvironment } from '../store.ts';

export interface RouteRun extends LoadResult {
  /** Of the server process, a request. */
  cpuMicros: number;
  /** Of PostgreSQL, a request. */
  databaseMicros: number;
}

export interface Route {
  name: string;
  path: string;
  connections?: number;
  /** Largest ratio of CPU to the bare route. */
  target?: number;
  /** What to ask for, instead of `path` again and again. */
  paths?: readonly string[];
  /** What it is measured against: a bare Hono route with `c.json`, unless it is a text behind our own middleware. */
  against?: 'bare Hono' | 'a text behind the same middleware';
  /** Asks with the `ETag` of the answer, so that 304 comes back. */
  known?: boolean;
}

// The compiler is at work on a path for about 15,000 requests.
const WARM_UP_SECONDS = 5;
const BARE_WARM_UP_SECONDS = 1;

/** A route of ours and a bare Hono route that answers the same body, in turn. */
export async function measureRoute(bench: Bench, route: Route): Promise<Report> {
  const { store, config, log } = bench;
  const response = await fetch(store.url + route.path);
  const body = await response.text();
  if (!response.ok) throw new Error(`${route.path} answers ${response.status}: ${body.slice(0, 300)}`);
  const bare = await startOther(bench, { body, route });
  const headers = route.known ? { 'if-none-match': response.headers.get('etag') ?? '' } : {};
  const requests = (route.paths ?? [route.path]).map((path) => ({ path, headers }));
  const { connections = 16 } = route;
  const ours = (duration: number) => load({ url: store.url, requests, connections, duration });
  const theirs = (duration: number) => load({ url: bare.url, connections, duration });
  try {
    await ours(WARM_UP_SECONDS);
    await theirs(BARE_WARM_UP_SECONDS);
    const [runs, bareRuns] = await alternate(
      () => costOf(bench, store.server.pid, () => ours(config.seconds)),
      () => costOf(bench, bare.pid, () => theirs(config.seconds)),
    );
    log(`${route.name}: ${runs.map((run) => `${whole(run.perSecond)}/s ${whole(run.cpuMicros)} µs`).join(', ')}`);
    return report(route, { runs, bareRuns, bytes: Buffer.byteLength(body) });
  } finally {
    await bare.stop();
  }
}

function report(route: Route, m: { runs: RouteRun[]; bareRuns: RouteRun[]; bytes: number }): Report {
  const cpu = spread(m.runs.map((run) => run.cpuMicros));
  const bareCpu = spread(m.bareRuns.map((run) => run.cpuMicros));
  const ratio = ratios(
    m.runs.map((run) => run.cpuMicros),
    m.bareRuns.map((run) => run.cpuMicros),
  );
  const { name, target, against = 'bare Hono' } = route;
  const rate = spread(m.runs.map((run) => run.perSecond));
  const bareRate = spread(m.bareRuns.map((run) => run.perSecond));
  const database = spread(m.runs.map((run) => run.databaseMicros));
  const rows = [
    {
      name: `${name}: CPU a request`,
      value: withSpread(cpu, 'µs'),
      against: `${against}, ${decimal(m.bytes / 1024, 1)} KB: ${withSpread(bareCpu, 'µs')}`,
      ratio: `${decimal(ratio.median, 1)} (${decimal(ratio.min, 1)}–${decimal(ratio.max, 1)})`,
      ...(target !== undefined && { target: `≤ ${target}`, met: ratio.median <= target }),
    },
    {
      name: `${name}: requests a second`,
      value: withSpread(rate, '/s'),
      against: `${against}: ${withSpread(bareRate, '/s')}`,
    },
    { name: `${name}: CPU of PostgreSQL`, value: withSpread(database, 'µs') },
  ];
  return { rows, details: { [name]: { cpu, bareCpu, ratio, rate, bareRate, database, ...m } } };
}

/** Runs the load and divides the CPU that the process and PostgreSQL have spent meanwhile. */
export async function costOf(bench: Bench, pid: number, run: () => Promise<LoadResult>): Promise<RouteRun> {
  const [cpuBefore, databaseBefore] = [await cpuMicros(pid), await databaseCpuMicros(bench.databasePid)];
  const result = await run();
  const [cpuAfter, databaseAfter] = [await cpuMicros(pid), await databaseCpuMicros(bench.databasePid)];
  return {
    ...result,
    cpuMicros: (cpuAfter - cpuBefore) / result.requests,
    databaseMicros: (databaseAfter - databaseBefore) / result.requests,
  };
}

async function startOther(
  { config, databaseUrl }: Bench,
  { body, route }: { body: string; route: Route },
): Promise<{ url: string; pid: number; stop(): Promise<void> }> {
  const isBare = route.against !== 'a text behind the same middleware';
  const file = join(config.dataDir, 'bare-body.json');
  await writeFile(file, body);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const logFile = join(config.dataDir, 'logs', 'bare-hono.log');
  const bareServer = new URL('../bare-hono.ts', import.meta.url);
  const referenceServer = new URL('../reference-server.ts', import.meta.url);
  const script = (isBare ? bareServer : referenceServer).pathname;
  const env = isBare
    ? { PATH: process.env['PATH'], NODE_ENV: 'production' }
    : { ...storeEnvironment(config, databaseUrl), PUBLIC_URL: url };
  const bare = launch({ script, args: [file, String(port)], env, cwd: config.root, logFile });
  await untilReady(url, logFile);
  return { url, ...bare };
}
