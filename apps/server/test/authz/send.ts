import { appRouter, type ProcedureMeta } from '@cartwright/api';
import superjson, { type SuperJSONResult } from 'superjson';
import type { z } from 'zod';
import type { createApp } from '../../src/index.ts';

export type App = ReturnType<typeof createApp>;

/** What one face answered: the status, and the problem's code when it is one. */
export interface Answer {
  status: number;
  code: string | undefined;
  /** The output, or the problem. */
  body: unknown;
  /** What was answered, to the byte. */
  text: string;
}

export interface Request {
  path: string;
  input: unknown;
  headers: Record<string, string>;
}

export interface Procedure {
  type: 'query' | 'mutation' | 'subscription';
  meta: ProcedureMeta;
  inputs: z.ZodType[];
}

/** Every procedure of the router by its path. */
export const procedures = new Map(
  Object.entries(appRouter._def.procedures as unknown as Record<string, { _def: Procedure }>).map(
    ([path, { _def }]) => [path, _def] as const,
  ),
);

export function procedureAt(path: string): Procedure {
  const procedure = procedures.get(path);
  if (procedure === undefined) throw new Error(`There is no procedure ${path}`);
  return procedure;
}

const JSON_BODY = { 'content-type': 'application/json' };

type TrpcAnswer = { result: { data: SuperJSONResult } } | { error: { json: { data: { problem: unknown } } } };

/** Calls over tRPC, alone in its batch. */
export function sendTrpc(app: App, request: Request): Promise<Answer> {
  return sendEnvelope(app, request, superjson.serialize(request.input));
}

/** Calls over tRPC with the input as plain JSON: superjson refuses to write a field `__proto__`. */
export function sendPlainTrpc(app: App, request: Request): Promise<Answer> {
  return sendEnvelope(app, request, { json: request.input });
}

async function sendEnvelope(app: App, { path, headers }: Request, envelope: { json: unknown }): Promise<Answer> {
  const sent = JSON.stringify(envelope);
  const response =
    procedureAt(path).type === 'query'
      ? await app.request(`/trpc/${path}?input=${encodeURIComponent(sent)}`, { headers })
      : await app.request(`/trpc/${path}`, { method: 'POST', headers: { ...JSON_BODY, ...headers }, body: sent });
  const text = await response.text();
  const answer = JSON.parse(text) as TrpcAnswer;
  const body: unknown = 'error' in answer ? answer.error.json.data.problem : superjson.deserialize(answer.result.data);
  return { status: response.status, code: codeOf(response, body), body, text };
}

/** Calls the procedure's REST operation: its path, then the query or the body by its method. */
export async function sendRest(app: App, { path, input, headers }: Request): Promise<Answer> {
  const { rest } = procedureAt(path).meta;
  if (rest === undefined) throw new Error(`${path} has no REST operation`);
  const fields = { ...(input as Record<string, unknown> | undefined) };
  const url = rest.path.replace(/\{(\w+)\}/g, (_all, name: string) => {
    const text = encodeURIComponent(String(fields[name]));
    delete fields[name];
    return text;
  });
  const inQuery = rest.method === 'GET' || rest.method === 'DELETE';
  const response = inQuery
    ? await app.request(`${url}?${queryOf(fields)}`, { method: rest.method, headers })
    : await app.request(url, {
        method: rest.method,
        headers: { ...JSON_BODY, ...headers },
        body: JSON.stringify(fields),
      });
  const text = await response.text();
  const body: unknown = text === '' ? undefined : JSON.parse(text);
  return { status: response.status, code: codeOf(response, body), body, text };
}

function codeOf(response: Response, body: unknown): string | undefined {
  return response.ok ? undefined : (body as { code: string }).code;
}

/** Sixteen at a time. */
export async function sendAll<T>(items: readonly T[], send: (item: T) => Promise<void>): Promise<void> {
  const left = items.values();
  const turns = Array.from({ length: 16 }, async () => {
    for (const item of left) await send(item);
  });
  await Promise.all(turns);
}

function queryOf(fields: Record<string, unknown>): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(fields)) {
    if (value === undefined) continue;
    if (Array.isArray(value)) for (const each of value) query.append(name, String(each));
    else if (value instanceof Date) query.append(name, value.toISOString());
    else if (typeof value === 'object' && value !== null) {
      for (const [key, each] of Object.entries(value)) query.append(`${name}[${key}]`, String(each));
    } else query.append(name, String(value));
  }
  return query;
}
