import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';
import type { Principal, Row } from './authz/rules.ts';
import { fieldNames, partsOf } from './authz/schema-walk.ts';
import { type Answer, type App, procedureAt, type Request, sendAll, sendPlainTrpc, sendRest } from './authz/send.ts';
import { type Input, valueAt, wholeInput, withValueAt } from './authz/whole-inputs.ts';
import { type Ground, openGround, openWorld, type World } from './authz/world.ts';
import { matrix } from './authz.matrix.ts';

const mutations = Object.entries(matrix as unknown as Record<string, Row<unknown>>).filter(
  ([path]) => procedureAt(path).type === 'mutation',
);

/** What somebody would like to decide who may not. */
const WISHES: Record<string, unknown> = {
  price: 1,
  total: 1,
  status: 'paid',
  role: 'administrator',
  roles: ['administrator'],
  customerId: '01a20916-bf14-7f9f-a01b-5916b6346912',
  userId: '01a20916-bf14-7f9f-a01b-5916b6346912',
  paid: true,
  isAdmin: true,
  permissions: ['roles:write'],
  emailVerified: true,
  emailVerifiedAt: '2026-03-01T12:00:00.000Z',
  createdAt: '2026-03-01T12:00:00.000Z',
  id: '01a20916-bf14-7f9f-a01b-5916b6346912',
  // In brackets it is an own field, and not the prototype of this object.
  ['__proto__']: { polluted: true, isAdmin: true },
  constructor: { prototype: { polluted: true } },
};

/** Written by browsers, which add members of their own now and then: what is not known is left out of these. */
const LOOSE = ['passkey', 'passkey/response'];

let ground: Ground;
let app: App;
let world: World;
let before: Map<string, string>;
const probes = new Map<string, Probe[]>();
let asserted = 0;
beforeAll(async () => {
  ground = await openGround();
  app = createApp(ground.runtime);
  world = openWorld(ground);
  for (const [path, row] of mutations) probes.set(path, await probesOf(path, row));
  before = await ground.snapshot();
});
afterAll(() => ground.runtime.dispose());

interface Probe {
  face: 'tRPC' | 'REST';
  request: Request;
  pointer: string;
  /** The answer to the same without the wish, where wishes are left out. */
  ignored: Answer | undefined;
}

const faces = { tRPC: sendPlainTrpc, REST: sendRest };

function callerOf(row: Row<unknown>): Principal {
  if (row.rule === 'permission') return 'staff with';
  return row.rule === 'public' ? 'anonymous' : 'owner';
}

/** Every wish in every object of the input. */
async function probesOf(path: string, row: Row<unknown>): Promise<Probe[]> {
  const headers = await world.headersOf(callerOf(row), row.rule === 'permission' ? row.permission : 'audit:read');
  const whole = await wholeInput(world, path, { row, of: 'owner' });
  const { rest } = procedureAt(path).meta;
  const found: Probe[] = [];
  for (const { at, schema } of partsOf(path)) {
    const members = fieldNames(schema);
    if (members === undefined) continue;
    expect(valueAt(whole, at), `whole-inputs.ts has nothing at ${at.join('/')} of ${path}`).toBeTypeOf('object');
    for (const face of rest === undefined ? (['tRPC'] as const) : (['tRPC', 'REST'] as const)) {
      const loose = LOOSE.includes(at.join('/'));
      const ignored = loose ? await faces[face](app, { path, input: whole, headers }) : undefined;
      for (const [name, wish] of Object.entries(WISHES).filter(([name]) => !members.includes(name))) {
        const inQuery = face === 'REST' && rest?.method === 'DELETE';
        const input: Input = withValueAt(whole, [...at, name], inQuery ? String(wish) : wish);
        found.push({ face, request: { path, input, headers }, pointer: `/${[...at, name].join('/')}`, ignored });
      }
    }
  }
  return found;
}

test.each(mutations)('%s gives nobody a field that is not its own', async (path) => {
  const faults: string[] = [];
  await sendAll(probes.get(path) ?? [], async ({ face, request, pointer, ignored }) => {
    const { status, code, body, text } = await faces[face](app, request);
    asserted += 1;
    const { errors } = body as { errors?: unknown };
    const got = ignored ? [status, text] : [status, code, errors];
    const refusal = [400, 'invalid_input', [{ pointer, message: 'Unknown field' }]];
    const expected = ignored ? [ignored.status, ignored.text] : refusal;
    if (JSON.stringify(got) !== JSON.stringify(expected)) faults.push(`${pointer} over ${face}: ${status} ${text}`);
  });
  expect(faults).toEqual([]);
});

test('nothing has changed, nor reached the prototype of objects', async () => {
  const plain: Record<string, unknown> = {};
  expect([plain['polluted'], plain['isAdmin']]).toEqual([undefined, undefined]);
  console.log(`${mutations.length} mutations: ${asserted} answers`);
  expect(asserted).toBeGreaterThanOrEqual(mutations.length * 2 * 12);
  expect(await ground.snapshot()).toEqual(before);
});
