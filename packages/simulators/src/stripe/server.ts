import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Api, ApiAnswer, ApiCall } from './api.ts';
import { ApiError, invalidRequest } from './errors.ts';
import type { Faults } from './faults.ts';
import type { Pages } from './pages.ts';
import type { WebhookDispatcher } from './webhooks.ts';

/** What the HTTP server hands requests to. */
export interface Handlers {
  readonly api: Api;
  readonly pages: Pages;
  readonly webhooks: WebhookDispatcher;
  readonly faults: () => Faults;
}

const MAX_BODY_BYTES = 256 * 1_024;
// Longer bodies are cut off instead of being read to their end for the sake of a polite answer.
const MAX_DRAINED_BYTES = 16 * 1_024 * 1_024;
const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-store',
};

async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > MAX_DRAINED_BYTES) throw new Error('body too long');
    if (size <= MAX_BODY_BYTES) chunks.push(chunk);
  }
  return size > MAX_BODY_BYTES ? undefined : Buffer.concat(chunks).toString('utf8');
}

function tooLarge(): ApiError {
  return new ApiError(413, {
    type: 'invalid_request_error',
    message: `The request body is larger than ${MAX_BODY_BYTES} bytes.`,
  });
}

async function sendApi(answer: ApiAnswer, response: ServerResponse, handlers: Handlers): Promise<void> {
  const { faults, webhooks } = handlers;
  const { events } = answer;
  if (answer.hang) {
    const { hangMs } = faults().plan;
    if (hangMs !== undefined) setTimeout(() => response.destroy(), hangMs).unref();
    void webhooks.release(events);
    return;
  }
  if (events.length > 0 && faults().strikes('webhookBeforeAnswer')) await webhooks.release(events);
  else response.once('close', () => void webhooks.release(events));
  const headers = { ...answer.headers, 'content-length': Buffer.byteLength(answer.body) };
  response.writeHead(answer.status, headers).end(answer.body);
}

async function handle(request: IncomingMessage, response: ServerResponse, handlers: Handlers): Promise<void> {
  const body = await readBody(request);
  const target = request.url ?? '/';
  const mark = target.indexOf('?');
  const call: ApiCall = {
    method: request.method ?? 'GET',
    path: mark === -1 ? target : target.slice(0, mark),
    query: mark === -1 ? '' : target.slice(mark + 1),
    headers: request.headers,
    body: body ?? '',
  };
  if (call.path === '/v1' || call.path.startsWith('/v1/')) {
    const answer = body === undefined ? handlers.api.refuseUnread(call, tooLarge()) : await handlers.api.handle(call);
    return sendApi(answer, response, handlers);
  }
  const answer = handlers.pages.handle(call);
  const location = answer.location === undefined ? {} : { location: answer.location };
  response.writeHead(answer.status, { ...PAGE_HEADERS, ...location }).end(answer.html);
}

function refuseBytes(handlers: Handlers, socket: Socket): void {
  if (!socket.writable) return;
  const call: ApiCall = { method: '?', path: '', query: '', body: '', headers: {} };
  const { body } = handlers.api.refuseUnread(call, invalidRequest('The request is not valid HTTP.'));
  const length = Buffer.byteLength(body);
  socket.end(
    `HTTP/1.1 400 Bad Request\r\ncontent-type: application/json\r\ncontent-length: ${length}\r\nconnection: close\r\n\r\n${body}`,
  );
}

/** The HTTP server, not yet listening. */
export function buildServer(handlers: Handlers): Server {
  const server = createServer({ keepAliveTimeout: 60_000, requestTimeout: 30_000 }, (request, response) => {
    handle(request, response, handlers).catch(() => response.destroy());
  });
  server.on('clientError', (_error, socket) => refuseBytes(handlers, socket as Socket));
  return server;
}
