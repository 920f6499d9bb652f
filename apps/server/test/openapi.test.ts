import { errorCodes } from '@cartwright/api';
import { makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { Validator } from '@seriousme/openapi-schema-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';
import { openApiDocument } from '../src/rest/openapi.ts';
import { restRoutes } from '../src/rest/routes.ts';
import { NAMED_SETTINGS } from './named-providers.ts';
import { sampleRouter } from './sample-app.ts';

interface Operation {
  operationId: string;
  tags: string[];
  summary: string;
  security: Record<string, string[]>[];
  parameters?: { $ref?: string; name: string; in: string; required: boolean; schema: object; style?: string }[];
  requestBody?: { required: boolean; content: Record<string, { schema: Record<string, unknown> }> };
  responses: Record<string, { $ref?: string; content?: Record<string, { schema: Record<string, unknown> }> }>;
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Record<string, unknown>> } & Record<string, Record<string, unknown>>;
  tags: { name: string }[];
}

const document = openApiDocument() as Document;
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
);
const named = operations.map((each) => [`${each.method} ${each.path}`, each] as const);

function refsIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(refsIn);
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) => (key === '$ref' ? [String(value)] : refsIn(value)));
}

test('is a valid OpenAPI 3.1 document', async () => {
  const result = await new Validator().validate(JSON.parse(JSON.stringify(document)));
  expect(result.errors).toBeUndefined();
  expect(result.valid).toBe(true);
});

test('is the same every time, and has every route', () => {
  expect(JSON.stringify(openApiDocument())).toBe(JSON.stringify(document));
  const routes = restRoutes().map((route) => `${route.method.toLowerCase()} ${route.path}`);
  expect(named.map(([name]) => name)).toEqual(expect.arrayContaining(routes));
});

test('every reference leads somewhere, and every component is used', () => {
  const found = new Set(refsIn(document));
  for (const ref of found) {
    const target = ref
      .slice(2)
      .split('/')
      .reduce<unknown>((part, key) => (part as Record<string, unknown>)?.[key], document);
    expect(target, ref).toBeTypeOf('object');
  }
  const unused = Object.keys(document.components.schemas).filter((name) => !found.has(`#/components/schemas/${name}`));
  expect(unused).toEqual([]);
});

test('operation ids are unique, and tags are declared', () => {
  const ids = operations.map(({ operation }) => operation.operationId);
  expect(ids).toEqual([...new Set(ids)]);
  const declared = document.tags.map(({ name }) => name);
  expect(declared).toEqual([...new Set(operations.flatMap(({ operation }) => operation.tags))].sort());
});

test.each(named)('%s says all that a caller needs', (_name, { path, operation }) => {
  expect(operation.summary.length).toBeGreaterThan(0);
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const declared = (operation.parameters ?? []).filter((parameter) => parameter.in === 'path');
  expect(declared.map(({ name }) => name)).toEqual(inPath);
  expect(declared.every(({ required }) => required)).toBe(true);
});

test.each(restRoutes().map((route) => [route.procedurePath, route] as const))(
  '%s is described as declared',
  (_path, route) => {
    const operation = document.paths[route.path]?.[route.method.toLowerCase()];
    const answers = Object.keys(operation?.responses ?? {});
    expect(answers).toEqual(expect.arrayContaining([String(route.successStatus), '400', '401', '429', '500', '503']));
    expect(answers.includes('403')).toBe(typeof route.meta.access === 'object');
    const open = operation?.security.some(
      (each) => Object.keys(each).length === 0 || 'cartToken' in each || 'orderToken' in each,
    );
    expect(open).toBe(route.meta.access === 'public');
    const refs = (operation?.parameters ?? []).map((parameter) => parameter.$ref);
    expect(refs.includes('#/components/parameters/IdempotencyKey')).toBe(route.meta.idempotent === true);
  },
);

test('problems carry one of the documented codes', () => {
  expect(document.components.schemas['ErrorCode']?.['enum']).toEqual([...errorCodes].sort());
  const described = Object.values(document.components['responses'] as Record<string, { description: string }>);
  const text = described.map(({ description }) => description).join('\n');
  for (const code of errorCodes.filter((each) => each !== 'method_not_allowed')) expect(text).toContain(`\`${code}\``);
});

describe('of the sample procedures', () => {
  const sample = openApiDocument(restRoutes(sampleRouter)) as Document;

  test('query parameters have their schema, default and style', () => {
    const parameters = sample.paths['/v1/echo']?.['get']?.parameters ?? [];
    const of = (name: string) => parameters.find((parameter) => parameter.name === name);
    expect(of('limit')).toEqual({
      name: 'limit',
      in: 'query',
      required: false,
      schema: { type: 'integer', minimum: 1, maximum: 100, default: 24 },
    });
    expect(of('since')?.schema).toEqual({ type: 'string', format: 'date-time' });
    expect(of('ids')?.schema).toEqual({ type: 'array', items: { type: 'integer' }, maxItems: 3 });
    expect(of('filter')).toMatchObject({ style: 'deepObject', explode: true });
  });

  test('a body has no parameters of the path', () => {
    const change = sample.paths['/v1/things/{id}']?.['patch'];
    expect(change?.requestBody).toEqual({
      required: false,
      content: {
        'application/json': {
          schema: { type: 'object', properties: { name: { type: 'string' } }, additionalProperties: false },
        },
      },
    });
    expect(sample.paths['/v1/act']?.['post']?.requestBody).toBeUndefined();
    expect(sample.paths['/v1/things/{id}']?.['delete']?.responses['204']).toEqual({
      description: 'Done, nothing to say',
    });
  });
});

describe('the running app', () => {
  let runtime: TestRuntime;
  let app: ReturnType<typeof createApp>;
  beforeAll(async () => {
    const stripe = { STRIPE_SECRET_KEY: 'sk_test_x', STRIPE_WEBHOOK_SECRET: 'whsec_x' };
    runtime = await makeTestRuntime({ env: { ...NAMED_SETTINGS, ...stripe } });
    app = createApp(runtime);
  });
  afterAll(() => runtime.dispose());

  test('answers the document', async () => {
    const response = await app.request('/openapi.json');
    expect(await response.json()).toEqual(JSON.parse(JSON.stringify(document)));
    expect(response.headers.get('content-type')).toBe('application/json');
  });

  test.each(named)('serves %s', async (_name, { path, method }) => {
    // Apple's is the callback by POST.
    const provider = method === 'post' ? 'apple' : 'google';
    const concrete = path.replace('{provider}', provider).replace(/\{(\w+)\}/g, '01a20916-bf14-7f9f-a01b-5916b6346912');
    const { status } = await app.request(concrete, { method: method.toUpperCase() });
    expect([405, 500]).not.toContain(status);
    if (path.startsWith('/v1/')) {
      // 404 may mean that the thing is not there; a path that is not there has no other methods either.
      const unused = ['PUT', 'PATCH', 'POST', 'GET'].find(
        (each) => !(each.toLowerCase() in (document.paths[path] ?? {})),
      );
      expect((await app.request(concrete, { method: unused ?? 'PUT' })).status).toBe(405);
    } else if (!path.startsWith('/media/')) {
      expect(status).not.toBe(404);
    }
  });
});
