import { mkdir, rm, writeFile } from 'node:fs/promises';
import { Agent, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { parseArgs } from 'node:util';
import pg from 'pg';
import { startEmbeddedPostgres } from '../packages/db/src/testing/embedded-postgres.ts';
import { type Account, createAccounts, logIn } from './accounts.ts';
import { areaUnderCurve } from './auc.ts';
import type { BenchConfig } from './config.ts';
import { decimal } from './format.ts';
import { runToEnd } from './processes.ts';
import { spread } from './statistics.ts';
import { type StoreOptions, startStore, storeEnvironment } from './store.ts';

/**
 * `pnpm prove:identity [--samples N] [--only NAME]`: whether the time of an answer tells known addresses from unknown
 * ones. Asks in random order for addresses of both kinds over one connection, and prints how well the times tell them
 * apart. Exit code 1 when that is better than {@link LIMIT}.
 */
const LIMIT = 0.55;
const { values } = parseArgs({ options: { samples: { type: 'string' }, only: { type: 'string' } } });
const samples = Number(values.samples ?? 1000);
const WARM_UP = 40;
const root = join(import.meta.dirname, '..');
const config: BenchConfig = {
  root,
  dataDir: join(root, '.data', 'prove-identity'),
  resultsDir: join(import.meta.dirname, 'results'),
  sharedDir: '',
  names: [],
  products: undefined,
  whole: false,
  seconds: 1,
  poolSize: 5,
};
const NEW_PASSWORD = 'another horse, another battery';

interface Probe {
  path: string;
  /** Whose session it takes, if any. */
  loggedIn?: true;
  body: (email: string) => object;
  /** The status of either kind. */
  status: number;
}

/** Every anonymous question whose answer must not depend on whether the address has an account. */
const PROBES: Record<string, Probe> = {
  'log-in': { path: '/v1/auth/login', body: (email) => ({ email, password: NEW_PASSWORD }), status: 401 },
  register: { path: '/v1/auth/register', body: (email) => ({ email, password: NEW_PASSWORD }), status: 202 },
  forgot: { path: '/v1/auth/forgot-password', body: (email) => ({ email }), status: 202 },
  resend: { path: '/v1/auth/resend-verification', body: (email) => ({ email }), status: 202 },
  'change-email': { path: '/v1/me/email', loggedIn: true, body: (email) => ({ email }), status: 202 },
};

await rm(config.dataDir, { recursive: true, force: true });
await mkdir(join(config.dataDir, 'logs'), { recursive: true });
const database = await startEmbeddedPostgres({
  dataDir: join(config.dataDir, 'postgres'),
  persistent: false,
  durable: true,
});
const pool = new pg.Pool({ connectionString: database.url, max: 2 });
try {
  process.exitCode = await prove();
} finally {
  await pool.end();
  await database.stop();
  await rm(join(config.dataDir, 'postgres'), { recursive: true, force: true });
}

async function prove(): Promise<number> {
  await runToEnd({
    script: join(root, 'apps/admin-cli/src/main.ts'),
    args: ['ops', 'setup'],
    env: storeEnvironment(config, database.url),
    cwd: root,
  });
  // Thousands of tries from one address are the point here; the limits are proven elsewhere.
  const options: StoreOptions = { unlimitedLogins: true };
  const store = await startStore(config, { databaseUrl: database.url, ...options });
  const areas: Record<string, number> = {};
  try {
    for (const [name, probe] of Object.entries(PROBES)) {
      if (values.only !== undefined && values.only !== name) continue;
      areas[name] = await timeOf(store.url, name, probe);
    }
  } finally {
    await store.stop();
  }
  const worst = Math.max(...Object.values(areas));
  console.log(`worst AUC ${decimal(worst, 3)}, limit ${LIMIT}, ${samples} samples of each kind`);
  if (values.only === undefined)
    await writeFile(
      join(config.resultsDir, 'prove-identity.json'),
      `${JSON.stringify({ samples, limit: LIMIT, areas }, null, 2)}\n`,
    );
  return worst <= LIMIT ? 0 : 1;
}

async function timeOf(url: string, name: string, probe: Probe): Promise<number> {
  const known = await createAccounts(pool, { count: samples + WARM_UP, name: `known-${name}` });
  const unknown = known.map(({ email }): Account => ({ email: email.replace('known', 'nobody'), password: '' }));
  const headers = probe.loggedIn ? await authorization(url) : {};
  const ask = timer(url, { ...probe, headers });
  const times = { known: [] as number[], unknown: [] as number[] };
  for (let n = 0; n < samples + WARM_UP; n += 1) {
    const pair = [
      { kind: 'known', email: known[n]?.email ?? '' },
      { kind: 'unknown', email: unknown[n]?.email ?? '' },
    ] as const;
    // Which comes first is drawn, so that what drifts falls on both.
    for (const { kind, email } of Math.random() < 0.5 ? pair : pair.toReversed()) {
      const ms = await ask(email);
      if (n >= WARM_UP) times[kind].push(ms);
    }
  }
  const area = areaUnderCurve(times.known, times.unknown);
  const of = (kind: keyof typeof times) => `${kind} median ${decimal(spread(times[kind]).median, 2)} ms`;
  console.log(`${name.padEnd(14)} AUC ${decimal(area, 3)}  ${of('known')}, ${of('unknown')}`);
  return area;
}

async function authorization(url: string): Promise<Record<string, string>> {
  const [account] = await createAccounts(pool, { count: 1, name: 'somebody' });
  if (!account) throw new Error('No account was made.');
  return { authorization: `Bearer ${(await logIn(url, account)).accessToken}` };
}

/** Milliseconds from the request to the end of its answer, over one connection. */
function timer(url: string, probe: Probe & { headers: Record<string, string> }) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  return async (email: string): Promise<number> => {
    const body = JSON.stringify(probe.body(email));
    const startedAt = performance.now();
    const response = await new Promise<IncomingMessage>((done, fail) => {
      const headers = {
        ...probe.headers,
        'content-type': 'application/json',
        'content-length': Buffer.byteLength(body),
      };
      request(url + probe.path, { method: 'POST', agent, headers }, done)
        .on('error', fail)
        .end(body);
    });
    const answer = await text(response);
    const ms = performance.now() - startedAt;
    if (response.statusCode !== probe.status) {
      throw new Error(`${probe.path} answers ${response.statusCode}: ${answer.slice(0, 300)}`);
    }
    return ms;
  };
}
