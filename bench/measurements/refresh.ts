import { createAccounts, logIn } from '../accounts.ts';
import type { Bench, Report } from '../bench.ts';
import { whole, withSpread } from '../format.ts';
import { load } from '../load.ts';
import { spread } from '../statistics.ts';
import { costOf } from './routes.ts';

const CONNECTIONS = 8;

/** Sessions that refresh one after another, each with the token that the last answer gave. */
export async function measureRefresh(bench: Bench): Promise<Report> {
  const { store, pool, config, log } = bench;
  const accounts = await createAccounts(pool, { count: CONNECTIONS, name: 'bench-refresh' });
  const sessions: Awaited<ReturnType<typeof logIn>>[] = [];
  for (const account of accounts) sessions.push(await logIn(store.url, account));
  const refresh = (duration: number) => {
    let opened = 0;
    return load({
      url: store.url,
      connections: CONNECTIONS,
      duration,
      setupClient: (client) => {
        const session = sessions[opened % sessions.length];
        opened += 1;
        const body = () => JSON.stringify({ refreshToken: session?.refreshToken });
        client.setRequests([
          {
            method: 'POST',
            path: '/v1/auth/refresh',
            headers: { 'content-type': 'application/json' },
            setupRequest: (request) => ({ ...request, body: body() }),
            onResponse: (status, text) => {
              if (session && status === 200) session.refreshToken = JSON.parse(text).refreshToken;
            },
          },
        ]);
      },
    });
  };
  await refresh(2);
  const runs = [];
  for (let round = 0; round < 3; round += 1) {
    runs.push(await costOf(bench, store.server.pid, () => refresh(config.seconds)));
  }
  const cpu = spread(runs.map((run) => run.cpuMicros));
  const rate = spread(runs.map((run) => run.perSecond));
  log(`Refresh: ${runs.map((run) => `${whole(run.perSecond)}/s ${whole(run.cpuMicros)} µs`).join(', ')}`);
  return {
    rows: [
      { name: 'Refresh: CPU a request', value: withSpread(cpu, 'µs') },
      { name: 'Refresh: requests a second', value: withSpread(rate, '/s') },
    ],
    details: { Refresh: { cpu, rate, runs } },
  };
}
