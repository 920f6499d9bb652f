import { randomBytes } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { freePort } from '../packages/db/src/testing/embedded-postgres.ts';
import type { BenchConfig } from './config.ts';
import { launch, type RunningProcess, untilReady } from './processes.ts';

export const ADMIN = { email: 'bench@example.com', password: randomBytes(12).toString('base64url') };
const AUTH_SECRET = randomBytes(48).toString('base64url');
const STRIPE = { key: 'sk_test_bench', webhookSecret: 'whsec_bench' };
const NO_LIMIT = '10000000';

/** Server and worker, each in a process of its own. */
export interface RunningStore {
  url: string;
  server: RunningProcess;
  worker: RunningProcess;
  stop(): Promise<void>;
}

type Environment = Record<string, string | undefined>;

/** What every process of the store gets. */
export function storeEnvironment(config: BenchConfig, databaseUrl: string): Environment {
  const { PATH, HOME, TMPDIR } = process.env;
  return {
    PATH,
    HOME,
    TMPDIR,
    NODE_ENV: 'production',
    NODE_COMPILE_CACHE: join(config.dataDir, 'compile-cache'),
    HOST: '127.0.0.1',
    DATABASE_URL: databaseUrl,
    DATABASE_POOL_SIZE: String(config.poolSize),
    AUTH_SECRET,
    MAIL_DIR: join(config.dataDir, 'mail'),
    MEDIA_DIR: join(config.dataDir, 'media'),
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
    LIMIT_READ_PER_10S: NO_LIMIT,
    LIMIT_CART_PER_10S: NO_LIMIT,
    LIMIT_ADMIN_PER_10S: NO_LIMIT,
    LIMIT_AUTH_PER_MINUTE: NO_LIMIT,
  };
}

export interface StoreOptions {
  /** Pays through the simulator, which production refuses. */
  stripe?: boolean;
  /** Reads every answer from the database: no answer is given twice. */
  anew?: boolean;
  /** Counts neither failed log-ins nor mails. */
  unlimitedLogins?: boolean;
}

/** The store as it runs in production, unless the options say otherwise. */
export async function startStore(
  config: BenchConfig,
  { databaseUrl, stripe = false, anew = false, unlimitedLogins = false }: StoreOptions & { databaseUrl: string },
): Promise<RunningStore> {
  const logs = join(config.dataDir, 'logs');
  await mkdir(logs, { recursive: true });
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const simulator = stripe ? await startSimulator(config, { url, logs }) : undefined;
  const env = {
    ...storeEnvironment(config, databaseUrl),
    PORT: String(port),
    PUBLIC_URL: url,
    ...simulator?.env,
    ...(anew && { CATALOG_CACHE_MS: '0' }),
    ...(unlimitedLogins && { LIMIT_LOGIN_FAILURES_PER_15MIN: '0', LIMIT_MAILS_PER_HOUR: '0' }),
    // For `pnpm bench` under a profiler: BENCH_SERVER_OPTIONS='--cpu-prof --cpu-prof-dir=/tmp/profiles'.
    NODE_OPTIONS: process.env['BENCH_SERVER_OPTIONS'],
  };
  const start = (name: string, script: string): RunningProcess =>
    launch({
      script: join(config.root, 'apps/server/src', script),
      env,
      cwd: config.root,
      logFile: join(logs, `${name}.log`),
    });
  const server = start('server', 'main.ts');
  const worker = start('worker', 'worker.ts');
  await untilReady(`${url}/health/ready`, join(logs, 'server.log'));
  const stop = async (): Promise<void> => {
    await Promise.all([server.stop(), worker.stop()]);
    await simulator?.process.stop();
  };
  return { url, server, worker, stop };
}

async function startSimulator(config: BenchConfig, { url, logs }: { url: string; logs: string }) {
  const port = await freePort();
  const logFile = join(logs, 'stripe.log');
  const base = `http://127.0.0.1:${port}`;
  const simulator = launch({
    script: join(config.root, 'packages/simulators/src/main.ts'),
    env: {
      PATH: process.env['PATH'],
      HOST: '127.0.0.1',
      PORT: String(port),
      SECRET_KEY: STRIPE.key,
      WEBHOOK_SECRET: STRIPE.webhookSecret,
      WEBHOOK_URL: `${url}/webhooks/stripe`,
    },
    cwd: config.root,
    logFile,
  });
  await untilReady(base, logFile);
  const env = {
    NODE_ENV: 'development',
    STRIPE_SECRET_KEY: STRIPE.key,
    STRIPE_WEBHOOK_SECRET: STRIPE.webhookSecret,
    STRIPE_API_BASE: base,
    STRIPE_SIMULATOR: '1',
  };
  return { process: simulator, env };
}
