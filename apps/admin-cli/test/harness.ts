import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { type Logger, loadConfig } from '@cartwright/api';
import { type CartwrightClient, createCartwrightClient } from '@cartwright/client';
import { closeDb, createDb, shipping, store, transaction } from '@cartwright/db';
import { createTestDatabase } from '@cartwright/db/testing';
import { startServer } from '@cartwright/server';

const MAIN = join(import.meta.dirname, '..', 'src', 'main.ts');
const silent: Logger = { debug() {}, info() {}, warn() {}, error() {} };

export const ADMIN = { email: 'owner@example.com', password: 'an administrator in tests' };

export interface CliResult {
  code: number | null;
  stdout: string;
  stderr: string;
}

export interface CliOptions {
  env?: Record<string, string>;
  /** Written to standard input, which is closed either way. */
  input?: string;
  /** Gets the process once it runs. */
  onSpawn?: (kill: (signal: NodeJS.Signals) => void) => void;
}

/** Runs the CLI as a process of its own, with no environment but what is given. */
export async function runCli(args: readonly string[], options: CliOptions = {}): Promise<CliResult> {
  const { PATH } = process.env;
  const child = spawn(process.execPath, [MAIN, ...args], { env: { PATH, ...options.env }, stdio: 'pipe' });
  child.stdin.end(options.input ?? '');
  options.onSpawn?.((signal) => child.kill(signal));
  const exited = new Promise<number | null>((resolve) => child.once('close', resolve));
  const [stdout, stderr, code] = await Promise.all([text(child.stdout), text(child.stderr), exited]);
  return { code, stdout, stderr };
}

export interface TestStore {
  url: string;
  databaseUrl: string;
  shippingMethodId: string;
  /** Runs the CLI against the store, as the administrator unless `env` says otherwise. */
  cli(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  /** Without credentials and without a session. */
  guest(args: readonly string[], options?: CliOptions): Promise<CliResult>;
  client: CartwrightClient;
  configHome: string;
  close(): Promise<void>;
}

/** A running store in Germany that sells in EUR and USD, with an administrator and nothing to sell. */
export async function openStore(): Promise<TestStore> {
  const database = await createTestDatabase();
  const configHome = await mkdtemp(join(tmpdir(), 'cartwright-cli-'));
  const shippingMethodId = await setUp(database.url);
  const server = await startServer(
    loadConfig({
      NODE_ENV: 'test',
      PORT: '0',
      DATABASE_URL: database.url,
      AUTH_SECRET: 'a secret that only tests may have, 40 chars',
      MAIL_DIR: join(configHome, 'mail'),
      MEDIA_DIR: join(configHome, 'media'),
    }),
    { log: silent },
  );
  const guestEnv = { CARTWRIGHT_URL: server.url, XDG_CONFIG_HOME: configHome };
  const adminEnv = { ...guestEnv, CARTWRIGHT_EMAIL: ADMIN.email, CARTWRIGHT_PASSWORD: ADMIN.password };
  const run =
    (base: Record<string, string>): TestStore['cli'] =>
    (args, options = {}) =>
      runCli(args, { ...options, env: { ...base, ...options.env } });
  const made = await runCli(['ops', 'create-admin', '--email', ADMIN.email, '--password-stdin'], {
    env: { DATABASE_URL: database.url },
    input: ADMIN.password,
  });
  if (made.code !== 0) throw new Error(made.stderr);
  return {
    url: server.url,
    databaseUrl: database.url,
    shippingMethodId,
    cli: run(adminEnv),
    guest: run(guestEnv),
    client: createCartwrightClient({ url: server.url, credentials: ADMIN }),
    configHome,
    async close() {
      await server.close();
      await database.drop();
      await rm(configHome, { recursive: true });
    },
  };
}

async function setUp(url: string): Promise<string> {
  const shippingMethodId = '01900000-0000-7000-8000-000000000001';
  const db = createDb({ url, maxConnections: 1 });
  await transaction(db, async (tx) => {
    await store.saveStore(tx, {
      name: 'Test store',
      country: 'DE',
      currencies: [
        { code: 'EUR', pricesIncludeTax: true },
        { code: 'USD', pricesIncludeTax: false },
      ],
      taxClasses: [{ code: 'standard', name: 'Standard' }],
      locations: [{ id: '01900000-0000-7000-8000-000000000002', code: 'main', name: 'Main', priority: 1 }],
      at: new Date(),
    });
    await shipping.saveTaxRate(tx, { country: 'DE', taxClass: 'standard', name: 'USt', ratePpm: 190_000 });
    await shipping.insertShippingMethod(tx, {
      id: shippingMethodId,
      code: 'standard',
      name: 'Standard',
      countries: [],
      taxClass: 'standard',
      position: 1,
      prices: [{ currency: 'EUR', priceMinor: 490, freeFromMinor: null }],
    });
  });
  await closeDb(db);
  return shippingMethodId;
}

/** Buys as a guest, paid by hand, and answers the order. */
export async function buy(testStore: TestStore, sku: string, quantity = 1) {
  const { url, client: admin, shippingMethodId } = testStore;
  const { items } = await admin.catalog.adminProducts.query({ q: sku });
  const product = await admin.catalog.adminProduct.query({ productId: items[0]?.id ?? '' });
  const guest = createCartwrightClient({ url });
  const variantId = product.variants.find((variant) => variant.sku === sku)?.id ?? '';
  const cart = await guest.cart.create.mutate({ currency: 'EUR', items: [{ variantId, quantity }] });
  guest.setCartToken(cart.token);
  const placed = await guest.checkout.place.mutate({
    cartId: cart.id,
    email: 'ada@example.com',
    shippingAddress: {
      firstName: 'Ada',
      lastName: 'Lovelace',
      line1: 'Musterstraße 1',
      city: 'Berlin',
      postalCode: '10115',
      country: 'DE',
    },
    shippingMethodId,
    payment: { provider: 'manual' },
  });
  return placed.order;
}

export interface Proxy {
  url: string;
  /** Paths of the tRPC calls that came by, in order. */
  calls: string[];
  /** What the last call sent as `Authorization`. */
  lastAuthorization: string;
  close(): Promise<void>;
}

/** Stands between the CLI and the store; `meddle` may answer or break a call instead, by returning true. */
export async function openProxy(
  target: string,
  meddle: (
    call: { path: string; count: number; body: string },
    answer: (status: number, body?: object) => void,
  ) => boolean,
): Promise<Proxy> {
  const calls: string[] = [];
  const proxy: Proxy = { url: '', calls, lastAuthorization: '', close };
  const server = createServer(async (incoming, outgoing) => {
    const body = await text(incoming);
    const path = (incoming.url ?? '').replace('/trpc/', '');
    calls.push(path);
    proxy.lastAuthorization = incoming.headers.authorization ?? '';
    const count = calls.filter((each) => each === path).length;
    const taken = meddle({ path, count, body }, (status, answer) => {
      if (status === 0) return void outgoing.destroy();
      outgoing.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    if (taken) return;
    const { method, headers } = incoming;
    request(`${target}${incoming.url}`, { method, headers }, (response) => {
      outgoing.writeHead(response.statusCode ?? 502, response.headers);
      response.pipe(outgoing);
    }).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return proxy;

  async function close(): Promise<void> {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
}
