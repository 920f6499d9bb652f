import { administrator, makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';
import { openApiDocument } from '../src/rest/openapi.ts';
import { type FilledStore, fillStore, STAFF_ID } from './filled-store.ts';

type Json = Record<string, unknown>;
interface Operation {
  parameters?: { name: string; in: string; style?: string; schema: Json }[];
  requestBody?: { content: Record<string, { schema: Json }> };
}

const document = openApiDocument() as {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Json };
};
const operations = Object.entries(document.paths)
  .filter(([path]) => path.startsWith('/v1/'))
  .flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => [`${method} ${path}`, { path, method, operation }] as const),
  );

let runtime: TestRuntime;
let app: ReturnType<typeof createApp>;
let filled: FilledStore;
beforeAll(async () => {
  const off = ['READ_PER_10S', 'CART_PER_10S', 'ADMIN_PER_10S', 'AUTH_PER_MINUTE', 'LOGIN_FAILURES_PER_15MIN'];
  runtime = await makeTestRuntime({ env: Object.fromEntries(off.map((name) => [`LIMIT_${name}`, '0'])) });
  const staff = administrator(STAFF_ID);
  const accessTokens = { ...runtime.accessTokens, verify: async () => staff };
  app = createApp({ ...runtime, accessTokens });
  filled = await fillStore(app, runtime);
});
afterAll(() => runtime.dispose());

const TEXTS = [
  'EUR',
  'DE',
  'abc',
  'a@example.com',
  '01a20916-bf14-7f9f-a01b-5916b6346912',
  'a long enough password',
  '1',
];

/** Some value that satisfies the schema, near enough. */
function sampleOf(schema: Json): unknown {
  const ref = schema['$ref'];
  if (typeof ref === 'string') return sampleOf(document.components.schemas[ref.split('/').at(-1) ?? ''] as Json);
  const options = (schema['anyOf'] ?? schema['oneOf']) as Json[] | undefined;
  if (options) return sampleOf(options[0] ?? {});
  if (schema['const'] !== undefined) return schema['const'];
  if (Array.isArray(schema['enum'])) return schema['enum'][0];
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type'];
  switch (type) {
    case 'object': {
      const properties = Object.entries((schema['properties'] ?? {}) as Record<string, Json>);
      return Object.fromEntries(properties.map(([name, property]) => [name, filled.known[name] ?? sampleOf(property)]));
    }
    case 'array':
      return [sampleOf((schema['items'] ?? {}) as Json)];
    case 'integer':
    case 'number':
      return Number(schema['minimum'] ?? 1);
    case 'boolean':
      return true;
    default:
      return textOf(schema);
  }
}

function textOf(schema: Json): string {
  if (schema['format'] === 'date-time') return '2026-03-01T12:00:00.000Z';
  if (schema['format'] === 'uuid') return TEXTS[4] ?? '';
  if (schema['format'] === 'email') return TEXTS[3] ?? '';
  const pattern = new RegExp(typeof schema['pattern'] === 'string' ? schema['pattern'] : '', 'u');
  const fits = (text: string) => pattern.test(text) && text.length >= Number(schema['minLength'] ?? 0);
  return TEXTS.find(fits) ?? 'abc';
}

const NASTY: unknown[] = [
  '',
  ' ',
  'a\0b',
  '\ud800',
  '\u202e\u0001',
  'x'.repeat(50_000),
  '9'.repeat(400),
  "'; drop table carts; --",
  '%',
  '2026-02-30T25:61:00Z',
  -1,
  0,
  0.5,
  1e308,
  2 ** 31,
  Number.MAX_SAFE_INTEGER + 2,
  null,
  true,
  [],
  {},
  [[[[[[]]]]]],
  JSON.parse('{"__proto__":{"x":1},"constructor":{"prototype":1}}'),
];

/** The value with each of its parts, one at a time, replaced by `replacement`. */
function* variants(value: unknown, replacement: unknown): Generator<unknown> {
  yield replacement;
  if (typeof value !== 'object' || value === null) return;
  for (const key of Object.keys(value)) {
    for (const changed of variants((value as Json)[key], replacement)) {
      const copy = structuredClone(value) as Json;
      copy[key] = changed;
      yield copy;
    }
  }
}

async function expectTyped(path: string, init: RequestInit): Promise<void> {
  const response = await app.request(path, init);
  const what = `${init.method} ${path.slice(0, 200)} ${String(init.body ?? '').slice(0, 300)}`;
  const text = await response.text();
  const known = response.status < 500 || response.status === 503;
  expect(known, `${what} is ${response.status} ${text.slice(0, 300)}`).toBe(true);
  if (response.status >= 400) expect(response.headers.get('content-type'), what).toBe('application/problem+json');
}

test.each(operations)(
  '%s answers whatever it is sent by a typed problem',
  async (_name, { path, method, operation }) => {
    // A guest's cart is opened by its token; everything else by staff.
    const bearer = /^\/v1\/(carts|checkouts|shipping)/.test(path) ? undefined : { authorization: 'Bearer staff' };
    const headers = { 'content-type': 'application/json', ...(bearer ?? { 'cart-token': filled.cartToken }) };
    const fill = (template: string) =>
      template.replace(/\{(\w+)\}/g, (_all, name: string) => String(filled.known[name] ?? TEXTS[4]));
    const samplePath = fill(path);
    const schema = operation.requestBody?.content['application/json']?.schema;
    for (const nasty of NASTY) {
      const text = encodeURIComponent(String(typeof nasty === 'object' ? JSON.stringify(nasty) : nasty).toWellFormed());
      for (const parameter of operation.parameters ?? []) {
        if (parameter.in === 'path') {
          const broken = fill(path.replace(`{${parameter.name}}`, text || '%20'));
          await expectTyped(broken, { method: method.toUpperCase(), headers });
        } else if (parameter.in === 'query') {
          const name = parameter.style === 'deepObject' ? `${parameter.name}[${text || 'a'}]` : parameter.name;
          await expectTyped(`${samplePath}?${name}=${text}`, { method: method.toUpperCase(), headers });
        }
      }
      if (schema === undefined) continue;
      for (const body of variants(sampleOf(schema), nasty)) {
        await expectTyped(samplePath, { method: method.toUpperCase(), headers, body: JSON.stringify(body) });
      }
    }
  },
  120_000,
);
