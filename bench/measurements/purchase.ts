import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Report } from '../bench.ts';
import { decimal, whole, withSpread } from '../format.ts';
import { cpuMicros, databaseCpuMicros, runToEnd } from '../processes.ts';
import type { RawResult } from '../raw-purchase.ts';
import { alternate, ratios, spread } from '../statistics.ts';
import { buy, CONNECTIONS, type PAYMENTS } from './purchase-load.ts';

interface PurchaseRun {
  purchases: number;
  /** Until the last mail was written. */
  seconds: number;
  perSecond: number;
  /** Until the last request was answered. */
  requestSeconds: number;
  cpuMicros: { server: number; worker: number; database: number };
}

type RawRun = RawResult & { perSecond: number };

const WARM_UP_PURCHASES = 400;
const MAIL_TIMEOUT_MS = 60_000;
const TARGET = 0.25;

/** Whole guest purchases, until every mail is written, and a raw loop that writes the same rows, in turn. */
export async function measurePurchase(bench: Bench, payment: keyof typeof PAYMENTS): Promise<Report> {
  const { config, log } = bench;
  const warmUp = await purchaseRun(bench, { payment, count: WARM_UP_PURCHASES });
  const perConnection = Math.max(5, Math.round((warmUp.perSecond * config.seconds) / CONNECTIONS));
  const [runs, rawRuns] = await alternate(
    () => purchaseRun(bench, { payment, count: perConnection * CONNECTIONS }),
    () => rawRun(bench),
  );
  const rate = spread(runs.map((run) => run.perSecond));
  const rawRate = spread(rawRuns.map((run) => run.perSecond));
  const ratio = ratios(
    runs.map((run) => run.perSecond),
    rawRuns.map((run) => run.perSecond),
  );
  const answered = spread(runs.map((run) => run.purchases / run.requestSeconds));
  const cpu = (of: keyof PurchaseRun['cpuMicros']) => spread(runs.map((run) => run.cpuMicros[of]));
  const cpus = { server: cpu('server'), worker: cpu('worker'), database: cpu('database') };
  const raw = (of: 'clientMicros' | 'databaseMicros') => spread(rawRuns.map((run) => run[of]));
  const rawCpus = { client: raw('clientMicros'), database: raw('databaseMicros') };
  const name = payment === 'manual' ? 'Guest purchase, manual payment' : 'Guest purchase, Stripe simulator';
  log(`${name}: ${runs.map((run) => `${whole(run.perSecond)}/s`).join(', ')}; raw ${whole(rawRate.median)}/s`);
  const isTarget = payment === 'manual';
  return {
    rows: [
      {
        name: `${name}: purchases a second, mails included`,
        value: withSpread(rate, '/s'),
        against: `raw pg, 13 statements: ${withSpread(rawRate, '/s')}`,
        ratio: `${decimal(ratio.median)} (${decimal(ratio.min)}–${decimal(ratio.max)})`,
        target: isTarget ? `≥ ${TARGET}` : 'reported',
        ...(isTarget && { met: ratio.median >= TARGET }),
      },
      { name: `${name}: purchases a second, until answered`, value: withSpread(answered, '/s') },
      {
        name: `${name}: CPU of server, worker, PostgreSQL`,
        value: `${whole(cpus.server.median)} + ${whole(cpus.worker.median)} + ${whole(cpus.database.median)} µs`,
        against: `raw pg, client and PostgreSQL: ${whole(rawCpus.client.median)} + ${whole(rawCpus.database.median)} µs`,
      },
    ],
    details: { [name]: { rate, rawRate, ratio, answered, cpus, rawCpus, runs, rawRuns } },
  };
}

async function purchaseRun(
  bench: Bench,
  order: { payment: keyof typeof PAYMENTS; count: number },
): Promise<PurchaseRun> {
  const mailsBefore = await countMails(bench);
  const before = await cpuTimes(bench);
  const startedAt = performance.now();
  const mailed = untilMailed(bench, mailsBefore + order.count).then(async () => {
    const seconds = (performance.now() - startedAt) / 1000;
    return { seconds, after: await cpuTimes(bench) };
  });
  const [requestSeconds, { seconds, after }] = await Promise.all([buy(bench, order), mailed]);
  const { count: purchases } = order;
  const cost = (of: keyof typeof after): number => (after[of] - before[of]) / purchases;
  return {
    purchases,
    seconds,
    perSecond: purchases / seconds,
    requestSeconds,
    cpuMicros: { server: cost('server'), worker: cost('worker'), database: cost('database') },
  };
}

async function cpuTimes({ store, databasePid }: Bench) {
  const server = await cpuMicros(store.server.pid);
  const worker = await cpuMicros(store.worker.pid);
  return { server, worker, database: await databaseCpuMicros(databasePid) };
}

/** A fact is marked as told once its mail has been handed over. */
async function countMails({ pool }: Bench): Promise<number> {
  const { rows } = await pool.query<{ count: number }>(
    `select count(*)::int as count from outbox where topic = 'order.placed' and delivered_at is not null`,
  );
  return rows[0]?.count ?? 0;
}

async function untilMailed(bench: Bench, count: number): Promise<void> {
  const deadline = performance.now() + MAIL_TIMEOUT_MS;
  for (;;) {
    const mails = await countMails(bench);
    if (mails >= count) return;
    if (performance.now() > deadline) throw new Error(`${count - mails} mails were not written in a minute`);
    await sleep(20);
  }
}

async function rawRun({ config, databaseUrl, samples }: Bench): Promise<RawRun> {
  const { seconds, poolSize } = config;
  const { variantIds } = samples;
  const input = { url: databaseUrl, seconds, poolSize, concurrency: CONNECTIONS, variantIds };
  const output = await runToEnd({
    script: new URL('../raw-purchase.ts', import.meta.url).pathname,
    args: [JSON.stringify(input)],
    env: { PATH: process.env['PATH'], NODE_ENV: 'production' },
    cwd: config.root,
  });
  const run = JSON.parse(output) as RawResult;
  return { ...run, perSecond: run.transactions / run.seconds };
}
