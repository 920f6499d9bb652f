import { mkdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../../packages/db/src/testing/embedded-postgres.ts';
import { isAlive } from '../../packages/db/src/testing/postmaster-file.ts';
import { banner, type SetupResult } from './banner.ts';
import { type Child, hasExited, killChild, spawnChild, stopChild } from './child.ts';
import { readSetup, readyUrl } from './child-messages.ts';
import {
  type Address,
  childEnvironment,
  type Environment,
  readAddress,
  readSecrets,
  refuseTakenPort,
  setting,
} from './environment.ts';
import { claimDataDirectory, StartRefused } from './run-lock.ts';
import { onSourceChange } from './watch-sources.ts';

export interface SupervisorOptions {
  root: string;
  dataDir: string;
  env: Environment;
  watch: boolean;
  scripts: { server: string; worker: string; simulator: string; setup: string[] };
}

const DRAIN_MS = 8_000;
const SIMULATOR_GRACE_MS = 500;
const READY_TIMEOUT_MS = 60_000;
const MAX_BACKOFF_MS = 10_000;

/** Everything `pnpm start` runs, started in order and stopped in the opposite one. */
export class Supervisor {
  readonly #options: SupervisorOptions;
  readonly #children = new Map<string, Child>();
  #postgres: EmbeddedPostgres | undefined;
  #release: (() => Promise<void>) | undefined;
  #env: Environment = {};
  #stopping = false;
  #restarting: Promise<void> | undefined;
  #isUp = false;
  #changed: { migrations: boolean } | undefined;
  #ended = Promise.withResolvers<string>();

  constructor(options: SupervisorOptions) {
    this.#options = options;
  }

  /** Resolves with the reason when the store cannot go on. */
  get ended(): Promise<string> {
    return this.#ended.promise;
  }

  async start(): Promise<void> {
    const { env, dataDir, root, watch } = this.#options;
    const address = await readAddress(env);
    this.#release = await claimDataDirectory(dataDir, address.publicUrl);
    await refuseTakenPort(address);
    const secrets = await readSecrets(dataDir);
    const [databaseUrl, stripe] = await Promise.all([this.#startDatabase(), this.#startStripe(address, secrets)]);
    this.#env = { ...childEnvironment(env, { address, secrets, dataDir, databaseUrl }), ...stripe };
    const mailDir = this.#env['MAIL_DIR'];
    if (mailDir !== undefined) await mkdir(mailDir, { recursive: true });
    const setup = await this.#setUp();
    this.#goOn();
    this.#keepRunning('server');
    this.#keepRunning('worker');
    await this.#untilReady(address);
    this.#isUp = true;
    this.#goOn();
    const mail = mailDir === undefined ? 'SMTP_URL' : `${relative(root, mailDir) || '.'}/`;
    const simulated = 'STRIPE_SIMULATOR' in stripe ? `simulator at ${stripe['STRIPE_API_BASE']}` : undefined;
    const real = setting(env, 'STRIPE_SECRET_KEY') === undefined ? 'off (no STRIPE_SECRET_KEY)' : 'STRIPE_SECRET_KEY';
    const production = env['NODE_ENV'] === 'production';
    console.log(banner({ address, setup, mail, stripe: simulated ?? real, production }));
    this.#guardDatabase();
    if (watch) onSourceChange(root, (migrations) => void this.#restart(migrations));
  }

  /** Server and worker drain first, then what they use goes. Everything is gone within ten seconds. */
  async stop(): Promise<void> {
    this.#stopping = true;
    const users = [...this.#children.values()].filter((child) => child.name !== 'stripe');
    await Promise.all(users.map((child) => stopChild(child, DRAIN_MS)));
    await Promise.all([...this.#children.values()].map((child) => stopChild(child, SIMULATOR_GRACE_MS)));
    await this.#postgres?.stop();
    await this.#release?.();
  }

  /** For a second Ctrl-C: no draining. */
  killChildren(): void {
    for (const child of this.#children.values()) killChild(child);
  }

  /** Between two steps of a start: no further one once stop() was called. */
  #goOn(): void {
    if (this.#stopping) throw new StartRefused('interrupted');
  }

  async #startDatabase(): Promise<string> {
    const given = setting(this.#options.env, 'DATABASE_URL');
    if (given !== undefined) return given;
    const dataDir = join(this.#options.dataDir, 'postgres');
    this.#postgres = await startEmbeddedPostgres({ dataDir, persistent: true, durable: true });
    return this.#postgres.url;
  }

  /** The children know one URL, so a PostgreSQL that was killed comes back on the same port. */
  #guardDatabase(): void {
    const timer = setInterval(async () => {
      const postgres = this.#postgres;
      if (postgres === undefined || this.#stopping || isAlive(postgres.pid)) return;
      clearInterval(timer);
      console.error('PostgreSQL has ended unexpectedly; starting it again');
      const dataDir = join(this.#options.dataDir, 'postgres');
      try {
        // Its watchdog is still there.
        await postgres.stop();
        this.#postgres = await startEmbeddedPostgres({ dataDir, port: postgres.port, persistent: true, durable: true });
        if (this.#stopping) await this.#postgres.stop();
        this.#guardDatabase();
      } catch (error) {
        this.#ended.resolve(`PostgreSQL cannot be started again: ${error instanceof Error ? error.message : error}`);
      }
    }, 1_000);
    timer.unref();
  }

  async #startStripe(address: Address, secrets: { stripeSecretKey: string; stripeWebhookSecret: string }) {
    const { env, dataDir, root, scripts } = this.#options;
    if (setting(env, 'STRIPE_SECRET_KEY') !== undefined || env['NODE_ENV'] === 'production') return {};
    this.#goOn();
    const ready = Promise.withResolvers<string>();
    const child = spawnChild({
      name: 'stripe',
      script: scripts.simulator,
      cwd: root,
      env: {
        ...env,
        NODE_COMPILE_CACHE: setting(env, 'NODE_COMPILE_CACHE') ?? join(dataDir, 'compile-cache'),
        HOST: '127.0.0.1',
        PORT: '0',
        WEBHOOK_URL: `${address.localUrl}/webhooks/stripe`,
        WEBHOOK_SECRET: secrets.stripeWebhookSecret,
        SECRET_KEY: secrets.stripeSecretKey,
        LEDGER_FILE: join(dataDir, 'stripe-simulator.jsonl'),
      },
      onLine: (line) => {
        const url = readyUrl(line);
        if (url === undefined) console.log(line);
        else ready.resolve(url);
      },
    });
    this.#children.set('stripe', child);
    void child.exited.then(({ code }) => {
      const reason = `the Stripe simulator has ended (exit code ${code})`;
      ready.reject(new StartRefused(reason));
      if (!this.#stopping) this.#ended.resolve(reason);
    });
    return {
      STRIPE_SECRET_KEY: secrets.stripeSecretKey,
      STRIPE_WEBHOOK_SECRET: secrets.stripeWebhookSecret,
      STRIPE_API_BASE: await ready.promise,
      STRIPE_SIMULATOR: '1',
    };
  }

  /** Migrates, seeds an empty database and makes the administrator, in a process of its own. */
  async #setUp(): Promise<SetupResult> {
    this.#goOn();
    const [script = '', ...args] = this.#options.scripts.setup;
    let result: SetupResult | undefined;
    const onLine = (line: string): void => {
      const parsed = readSetup(line);
      if (parsed === undefined) console.log(line);
      else result = parsed;
    };
    const child = spawnChild({ name: 'setup', script, args, env: this.#env, cwd: this.#options.root, onLine });
    this.#children.set('setup', child);
    const { code } = await new Promise<{ code: number | null }>((done) =>
      child.process.once('close', (exitCode) => done({ code: exitCode })).once('error', () => done({ code: 127 })),
    );
    this.#children.delete('setup');
    this.#goOn();
    if (code !== 0 || result === undefined)
      throw new StartRefused(`Setting up the database failed (exit code ${code}).`);
    return result;
  }

  /** Starts server or worker. Either comes back when it crashes; a server that never got up ends the start. */
  #keepRunning(name: 'server' | 'worker', backoffMs = 250): void {
    const startedAt = performance.now();
    const { root, scripts, watch } = this.#options;
    const child = spawnChild({ name, script: scripts[name], env: this.#env, cwd: root });
    this.#children.set(name, child);
    void child.exited.then(async ({ code, signal }) => {
      if (this.#stopping || this.#restarting !== undefined || this.#children.get(name) !== child) return;
      const how = `the ${name} has ended (${signal ?? `exit code ${code}`})`;
      if (name === 'server' && !watch && !this.#isUp) return this.#ended.resolve(how);
      const lived = performance.now() - startedAt;
      const wait = Math.min(lived > 60_000 ? 250 : backoffMs * 2, MAX_BACKOFF_MS);
      console.error(`${how}; starting it again in ${wait} ms`);
      await sleep(wait);
      if (this.#stopping || this.#restarting !== undefined || this.#children.get(name) !== child) return;
      this.#keepRunning(name, wait);
    });
  }

  async #untilReady(address: Address): Promise<void> {
    const deadline = performance.now() + READY_TIMEOUT_MS;
    while (!this.#stopping && performance.now() < deadline) {
      const server = this.#children.get('server');
      if (!this.#options.watch && (server === undefined || hasExited(server))) {
        throw new StartRefused('The server did not start; its last words are above.');
      }
      const response = await fetch(`${address.localUrl}/health/ready`, { signal: AbortSignal.timeout(2_000) }).catch(
        () => undefined,
      );
      await response?.body?.cancel();
      if (response?.status === 200) return;
      await sleep(50);
    }
    if (!this.#stopping) throw new StartRefused(`The server was not ready within ${READY_TIMEOUT_MS / 1000} s.`);
  }

  async #restart(migrations: boolean): Promise<void> {
    this.#changed = { migrations: migrations || this.#changed?.migrations === true };
    if (this.#stopping || this.#restarting !== undefined) return;
    console.log('source changed; restarting server and worker');
    this.#restarting = this.#applyChanges();
    await this.#restarting.catch((error: unknown) => console.error(error instanceof Error ? error.message : error));
    this.#restarting = undefined;
    if (this.#stopping) return;
    this.#keepRunning('server');
    this.#keepRunning('worker');
  }

  async #applyChanges(): Promise<void> {
    const running = ['server', 'worker'].map((name) => this.#children.get(name)).filter((each) => each !== undefined);
    await Promise.all(running.map((child) => stopChild(child, 2_000)));
    // Files that change meanwhile belong to the same restart.
    while (this.#changed !== undefined && !this.#stopping) {
      const { migrations } = this.#changed;
      this.#changed = undefined;
      if (migrations) await this.#setUp();
    }
  }
}
