import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { Api } from './api.ts';
import { Engine } from './engine.ts';
import { type FaultPlan, Faults } from './faults.ts';
import { type RandomBytes, randomText } from './ids.ts';
import { fileJournal, memoryJournal } from './journal.ts';
import { Ledger, type StripeLedger } from './ledger.ts';
import { Pages } from './pages.ts';
import { buildServer } from './server.ts';
import type { Surroundings } from './transaction.ts';
import { WebhookDispatcher, type WebhookRetry } from './webhooks.ts';

/** How a simulator is started; every member has a default. */
export interface StripeSimulatorOptions {
  /** 0 takes a free one. */
  readonly port?: number;
  readonly host?: string;
  readonly secretKey?: string;
  readonly publishableKey?: string;
  readonly webhookSecret?: string;
  /** Events created while this is absent are never delivered. */
  readonly webhookUrl?: string | undefined;
  /** Default: 0.5 s doubled up to 30 s, 12 attempts of at most 10 s. */
  readonly webhookRetry?: Partial<WebhookRetry>;
  /** A JSON-lines file that survives the process; in memory when absent. */
  readonly ledgerFile?: string | undefined;
  /** Under which browsers reach the pages; the simulator's own URL when absent. */
  readonly publicUrl?: string | undefined;
  readonly faults?: FaultPlan;
  /** Decides the faults. */
  readonly seed?: number;
  /** Time until bank debits and slow refunds change their status. */
  readonly settleMs?: number;
  /** Milliseconds since 1970. */
  readonly now?: () => number;
  readonly random?: RandomBytes;
}

/** A running simulator. */
export interface StripeSimulator {
  readonly url: string;
  readonly port: number;
  readonly ledger: StripeLedger;
  /** Replaces the fault plan and starts its decisions anew. */
  setFaults(plan: FaultPlan, seed?: number): void;
  setWebhookUrl(url: string | undefined): void;
  /** Resolves when no status change and no webhook delivery is pending. */
  flushWebhooks(): Promise<void>;
  /** Cuts all connections and closes the ledger; pending deliveries go on at the next start. */
  close(): Promise<void>;
}

const DEFAULT_RETRY: WebhookRetry = { firstMs: 500, maxMs: 30_000, attempts: 12, timeoutMs: 10_000 };

/** Starts the simulator and resolves once it listens. */
export async function startStripeSimulator(options: StripeSimulatorOptions = {}): Promise<StripeSimulator> {
  const { host = '127.0.0.1', now = Date.now, random = randomBytes, secretKey = 'sk_test_simulator' } = options;
  const ledger = new Ledger(options.ledgerFile === undefined ? memoryJournal() : fileJournal(options.ledgerFile));
  let faults = new Faults(options.faults ?? {}, options.seed ?? 1);
  let url = '';
  const nowSeconds = () => Math.floor(now() / 1_000);
  const webhooks = new WebhookDispatcher({
    ledger,
    url: options.webhookUrl,
    secret: options.webhookSecret ?? 'whsec_simulator',
    nowSeconds,
    faults: () => faults,
    retry: { ...DEFAULT_RETRY, ...options.webhookRetry },
  });
  const publicUrl = () => options.publicUrl?.replace(/\/$/, '') ?? url;
  const surroundings: Surroundings = { ledger, nowSeconds, random, publicUrl, webhooksWanted: () => webhooks.wanted };
  const engine = new Engine(surroundings, webhooks, options.settleMs ?? 500);
  const api = new Api({
    engine,
    ledger,
    faults: () => faults,
    secretKey,
    publishableKey: options.publishableKey ?? 'pk_test_simulator',
    nowSeconds,
    requestId: () => `req_${randomText(random, 14)}`,
  });
  const server = buildServer({ api, pages: new Pages(engine, ledger), webhooks, faults: () => faults });
  server.listen(options.port ?? 0, host);
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  url = `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
  engine.resume();

  return {
    url,
    port,
    ledger,
    setFaults: (plan, seed = options.seed ?? 1) => {
      faults = new Faults(plan, seed);
    },
    setWebhookUrl: (next) => {
      webhooks.setUrl(next);
      engine.resume();
    },
    flushWebhooks: async () => {
      await engine.settled();
      await webhooks.flush();
    },
    close: async () => {
      webhooks.close();
      engine.close();
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      server.closeAllConnections();
      await closed;
      ledger.close();
    },
  };
}
