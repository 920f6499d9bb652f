import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';
import { definitionOf } from '../src/rest/schema-shape.ts';
import type { Row } from './authz/rules.ts';
import { partsOf } from './authz/schema-walk.ts';
import { sendPlainTrpc } from './authz/send.ts';
import { type Input, valueAt, wholeInput, withValueAt } from './authz/whole-inputs.ts';
import { type Ground, openGround, openWorld, type World } from './authz/world.ts';
import { matrix } from './authz.matrix.ts';
import { CORPUS, MARK } from './injection/corpus.ts';

/** What a text of the catalog, of search, reviews or pictures can be sent to. */
const SLICES = /^(catalog|search|review|media|inventory)\./;
const rows = Object.entries(matrix as unknown as Record<string, Row<unknown>>).filter(([path]) => SLICES.test(path));
/** The machine is shared: an answer that takes longer has been made to wait, by a sleep of three seconds for one. */
const LONGEST_MS = 2_500;

let ground: Ground;
let app: ReturnType<typeof createApp>;
let world: World;
let statements: string[];
let sent = 0;
beforeAll(async () => {
  ground = await openGround();
  app = createApp(ground.runtime);
  world = openWorld(ground);
});
afterAll(() => ground.runtime.dispose());

/** Where the input of a procedure has texts that are not chosen from a list. */
function textsOf(path: string): (readonly string[])[] {
  const seen = new Set<string>();
  return partsOf(path).flatMap(({ at, schema }) => {
    const key = at.join('/');
    if (definitionOf(schema).type !== 'string' || seen.has(key)) return [];
    seen.add(key);
    return [at];
  });
}

test('the corpus has two hundred texts, each once', () => {
  expect(new Set(CORPUS).size).toBe(CORPUS.length);
  expect(CORPUS.length).toBeGreaterThanOrEqual(200);
});

describe('every text that can be sent', () => {
  test.each(rows)(
    '%s takes any text for a text',
    async (path, row) => {
      const headers = await world.headersOf(
        row.rule === 'permission' ? 'staff with' : row.rule === 'public' ? 'anonymous' : 'owner',
        row.rule === 'permission' ? row.permission : 'audit:read',
      );
      const whole = await wholeInput(world, path, { row, of: 'owner' });
      statements = ground.runtime.takeStatements();
      for (const at of textsOf(path)) {
        if (at.length > 1 && typeof valueAt(whole, at.slice(0, -1)) !== 'object') continue;
        for (const text of CORPUS) {
          const input: Input = withValueAt(whole, at, text);
          const startedAt = performance.now();
          const answer = await sendPlainTrpc(app, { path, input, headers });
          const what = `${path} ${at.join('/')} = ${JSON.stringify(text.slice(0, 60))}: ${answer.status} ${answer.text.slice(0, 200)}`;
          expect(answer.status < 500 || answer.status === 503, what).toBe(true);
          expect(performance.now() - startedAt, what).toBeLessThan(LONGEST_MS);
          sent += 1;
        }
      }
    },
    240_000,
  );

  test('was sent thousands of times', () => {
    console.log(`${sent} texts sent to ${rows.length} procedures`);
    expect(sent).toBeGreaterThan(5_000);
  });
});

const UNLIMITED = { 'content-type': 'application/json' };

describe('what a shopper sends', () => {
  const PLACES = [
    (text: string) => `/v1/search?q=${text}`,
    (text: string) => `/v1/search?filter[${text}]=${text}`,
    (text: string) => `/v1/search?filter[brand]=${text}`,
    (text: string) => `/v1/search?category=${text}`,
    (text: string) => `/v1/search?sort=${text}`,
    (text: string) => `/v1/search?locale=${text}`,
    (text: string) => `/v1/search?cursor=${text}`,
    (text: string) => `/v1/search/suggestions?q=${text}`,
    (text: string) => `/v1/products?category=${text}`,
    (text: string) => `/v1/products?cursor=${text}`,
    (text: string) => `/v1/products/${text}`,
    (text: string) => `/v1/categories?locale=${text}`,
  ];

  test('in addresses is a parameter of a statement, never part of one', async () => {
    ground.runtime.takeStatements();
    for (const text of CORPUS) {
      const marked = encodeURIComponent(`${text}${MARK}`.toWellFormed());
      for (const place of PLACES) {
        const response = await app.request(place(marked), { headers: UNLIMITED });
        expect(response.status < 500 || response.status === 503, `${place(marked)} is ${response.status}`).toBe(true);
      }
    }
    statements = ground.runtime.takeStatements();
    expect(statements.length).toBeGreaterThan(CORPUS.length);
    expect(statements.filter((statement) => statement.includes(MARK))).toEqual([]);
  }, 240_000);

  test('in headers and cookies changes no answer but to a refusal', async () => {
    for (const text of CORPUS) {
      const value = text.replace(/[^\u0020-\u007e]/g, '').slice(0, 500);
      for (const name of [
        'accept-language',
        'authorization',
        'cookie',
        'cart-token',
        'x-request-id',
        'if-none-match',
        'idempotency-key',
        'user-agent',
      ]) {
        const response = await app.request('/v1/search?q=kettle', { headers: { [name]: value } });
        const body = await response.text();
        expect(response.status < 500 || response.status === 503, `${name}: ${value}`).toBe(true);
        if (value.includes('<')) expect(body, `${name}: ${value}`).not.toContain(value);
      }
    }
  }, 120_000);
});
