import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Config, closeRuntime, createRuntime, type Logger } from '@cartwright/api';
import { getRequestListener } from '@hono/node-server';
import { createApp } from './app.ts';
import { securityHeaders } from './http/security-headers.ts';

/** How long requests may take that were under way when the server was told to stop. */
const DRAIN_MS = 6_000;
const SWEEP_MS = 50;
/** The supervisor's patience ends at eight seconds. */
const CLOSE_RUNTIME_MS = 1_500;

/** Bounds on how long a client may keep a connection busy without asking anything. */
const SERVER_OPTIONS = {
  headersTimeout: 10_000,
  requestTimeout: 15_000,
  // Longer than the idle time-out of usual balancers, so that they, not we, close an idle connection.
  keepAliveTimeout: 65_000,
  connectionsCheckingInterval: 1_000,
};

export interface RunningServer {
  /** `http://127.0.0.1:3000` */
  url: string;
  /** Finishes what is under way, refuses what comes, and closes everything; resolves when it is all gone. */
  close(): Promise<void>;
}

/** Serves the store of `config`. Throws the `listen` error, e.g. `EADDRINUSE`, with nothing left open. */
export async function startServer(
  config: Config,
  { log, drainMs = DRAIN_MS }: { log: Logger; drainMs?: number },
): Promise<RunningServer> {
  const runtime = await createRuntime(config, { log });
  let draining = false;
  const app = createApp(runtime, { isDraining: () => draining });
  const listener = getRequestListener(app.fetch, {
    hostname: config.host,
    errorHandler: () => badRequest(config.publicUrl),
  });
  const server = createServer(SERVER_OPTIONS, (request, response) => {
    if (draining) response.setHeader('connection', 'close');
    void listener(request, response);
  });
  try {
    await listen(server, config);
  } catch (error) {
    await closeRuntime(runtime);
    throw error;
  }
  const url = urlOf(server.address() as AddressInfo);
  log.info({ url, publicUrl: config.publicUrl }, 'listening');
  const close = async (): Promise<void> => {
    draining = true;
    await drain(server, drainMs);
    await Promise.race([closeRuntime(runtime), sleep(CLOSE_RUNTIME_MS, undefined, { ref: false })]);
  };
  let closed: Promise<void> | undefined;
  return { url, close: () => (closed ??= close()) };
}

/** A request that is not HTTP enough to have a path, e.g. without a `Host`. */
function badRequest(publicUrl: string): Response {
  const problem = {
    type: 'https://cartwright.dev/errors/invalid_input',
    title: 'Bad request',
    status: 400,
    code: 'invalid_input',
  };
  return new Response(JSON.stringify(problem), {
    status: 400,
    headers: { ...securityHeaders(publicUrl), 'content-type': 'application/problem+json' },
  });
}

function listen(server: Server, { host, port }: Config): Promise<void> {
  return new Promise((done, fail) => {
    server.once('error', fail);
    server.listen({ host, port }, () => {
      server.off('error', fail);
      done();
    });
  });
}

/** Idle connections go at once, busy ones after their answer, and whoever is left when the time is up is cut off. */
async function drain(server: Server, drainMs: number): Promise<void> {
  const closed = new Promise<void>((done) => server.close(() => done()));
  // close() ends the connections that are idle now; those that become idle would wait for their keep-alive time.
  const sweep = setInterval(() => server.closeIdleConnections(), SWEEP_MS);
  const deadline = setTimeout(() => server.closeAllConnections(), drainMs);
  await closed;
  clearInterval(sweep);
  clearTimeout(deadline);
}

function urlOf({ address, port, family }: AddressInfo): string {
  return `http://${family === 'IPv6' ? `[${address}]` : address}:${port}`;
}
