import { setTimeout as sleep } from 'node:timers/promises';
import type { Bench, Report } from '../bench.ts';
import { whole } from '../format.ts';
import { residentBytes } from '../processes.ts';

const SETTLE_MS = 5_000;
const TARGET_MB = 200;

const megabytes = (bytes: number): number => bytes / 1024 / 1024;

/** Resident memory of a server that has answered a request of each kind and then nothing for five seconds. */
export async function measureIdle({ store, samples, log }: Bench): Promise<Report> {
  for (const path of [
    `/v1/products?category=${samples.category.slug}&currency=USD`,
    `/v1/products/${samples.productSlug}?currency=USD`,
    '/v1/search?q=laptop&currency=USD',
  ]) {
    await (await fetch(store.url + path)).text();
  }
  await sleep(SETTLE_MS);
  const server = megabytes(await residentBytes(store.server.pid));
  const worker = megabytes(await residentBytes(store.worker.pid));
  log(`Idle: server ${whole(server)} MB, worker ${whole(worker)} MB`);
  return {
    rows: [
      {
        name: 'Idle server: resident memory',
        value: `${whole(server)} MB`,
        target: `< ${TARGET_MB} MB`,
        ...(Number.isFinite(server) && { met: server < TARGET_MB }),
      },
      { name: 'Idle worker: resident memory', value: `${whole(worker)} MB` },
    ],
    details: { Idle: { serverMb: server, workerMb: worker } },
  };
}

/** The server again, after everything else. */
export async function measureAfterLoad({ store }: Bench): Promise<Report> {
  const server = megabytes(await residentBytes(store.server.pid));
  return {
    rows: [{ name: 'Server after all load: resident memory', value: `${whole(server)} MB` }],
    details: { 'After load': { serverMb: server } },
  };
}
