import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '@cartwright/api';
import { createTestProduct } from '@cartwright/api/testing/catalog-factories';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';
import { deleteThings, fill, idsInTables, type Named } from './authz/foreign-ids.ts';
import { type IdField, idFields } from './authz/id-fields.ts';
import { expectedOf, type Holder, type Principal, type Row } from './authz/rules.ts';
import { type Answer, type App, procedureAt, procedures, sendAll, sendPlainTrpc, sendRest } from './authz/send.ts';
import { type Input, isInAddress, wholeInput, withValueAt } from './authz/whole-inputs.ts';
import { type Ground, openGround, openWorld, type World } from './authz/world.ts';
import { matrix } from './authz.matrix.ts';

const table = matrix as unknown as Record<string, Row<unknown>>;
const rows = Object.entries(table);
const paths = [...procedures.keys()].filter((path) => idFields(path).length > 0);

/** What an id that names nothing is answered by where that is no 404: a code, or `nothing` found and nothing done. */
const OTHERWISE: Record<string, ErrorCode | 'nothing'> = {
  'auth.logout/refreshToken': 'nothing',
  'access.staff/role': 'nothing',
  'access.revokeRole/roleName': 'nothing',
  'access.auditLog/target': 'nothing',
  'access.auditLog/actorId': 'nothing',
  ...Object.fromEntries(
    ['createProduct', 'updateProduct'].flatMap((name) => [
      [`catalog.${name}/images/0/mediaId`, 'media_unknown' as const],
      [`catalog.${name}/variants/0/images/0/mediaId`, 'media_unknown' as const],
      [`catalog.${name}/variants/0/components/0/variantId`, 'bundle_component_invalid' as const],
    ]),
  ),
  'catalog.products/brand': 'brand_unknown',
  'checkout.place/shippingMethodId': 'shipping_method_unavailable',
  'customer.adminList/group': 'nothing',
  'review.adminList/product': 'nothing',
  'customer.removeFromGroup/code': 'nothing',
};

let ground: Ground;
let app: App;
let mine: World;
let foreign: Named[];
let before: Map<string, string>;
const calls = new Map<string, Call[]>();
let asserted = 0;

/** A caller with an input in which everything is their own. */
interface Call {
  who: Principal;
  headers: Record<string, string>;
  input: Input;
  /** The code of the refusal, for whom the rule does not let through whatever they name. */
  refusal: string | undefined;
}

beforeAll(async () => {
  ground = await openGround();
  app = createApp(ground.runtime);
  mine = openWorld(ground);
  await createTestProduct(ground.runtime);
  const deleted = await deleteThings(mine, rows);
  for (const path of paths) calls.set(path, await callsOf(path));
  const known = await idsInTables(ground);
  foreign = [...deleted, ...(await theirs(known)), ...shared(known)];
  before = await ground.snapshot();
});
afterAll(() => ground.runtime.dispose());

async function callsOf(path: string): Promise<Call[]> {
  const row = table[path] as Row<unknown>;
  const { type } = procedureAt(path);
  const permission = row.rule === 'permission' ? row.permission : 'audit:read';
  return Promise.all(
    callersOf(row).map(async ({ who, of }) => {
      const input = await wholeInput(mine, path, { row, of });
      const opensWith = row.rule === 'capability' && who === 'guest token' ? (await row.thing(mine, of)).opensWith : {};
      const headers = { ...(await mine.headersOf(who, permission)), ...opensWith };
      const expected = expectedOf(row, { who, of, type });
      return { who, headers, input, refusal: expected === 'allowed' ? undefined : expected };
    }),
  );
}

function callersOf(row: Row<unknown>): { who: Principal; of: Holder }[] {
  const anonymous = { who: 'anonymous', of: 'owner' } as const;
  const owner = { who: 'owner', of: 'owner' } as const;
  if (row.rule === 'permission') return [anonymous, owner, { who: 'staff with', of: 'owner' }];
  if (row.rule === 'public') return [anonymous];
  if (row.rule !== 'capability') return [anonymous, owner];
  return [anonymous, owner, { who: 'guest token', of: 'guest' }];
}

/** What another customer and another guest have, and the staff of their world: at most two of every table. */
async function theirs(known: Map<string, Set<string>>): Promise<Named[]> {
  const named = await fill(openWorld(ground), rows);
  for (const [kind, ids] of await idsInTables(ground)) {
    const added = [...ids].filter((id) => !known.get(kind)?.has(id));
    named.push(...[...added.slice(0, 1), ...added.slice(-1)].map((value) => ({ value, kind })));
  }
  const seen = new Set(SHARED.flatMap((kind) => [...(known.get(kind) ?? [])]));
  return named.filter(({ value }) => !seen.has(value) && seen.add(value));
}

/** Another product, and how the store sends it: nobody's, so wrong only where something else is asked for. */
function shared(known: Map<string, Set<string>>): Named[] {
  const { id, variantId } = ground.product;
  const others = SHARED.map((kind) => ({
    kind,
    value: [...(known.get(kind) ?? [])].find((each) => each !== id && each !== variantId),
  }));
  return others.filter((named): named is typeof named & { value: string } => named.value !== undefined);
}
const SHARED = ['products', 'variants', 'shipping_methods', 'locations'];

/** Whether the caller may name it here, if it is there. */
function isRightful({ kind }: Named, field: IdField, row: Row<unknown>): boolean {
  const isOfTable = kind === field.kind || (kind !== undefined && kind === field.keyOf);
  return isOfTable && (row.rule === 'permission' || SHARED.includes(kind ?? ''));
}

const NIL = '00000000-0000-0000-0000-000000000000';
const MAX = 'ffffffff-ffff-ffff-ffff-ffffffffffff';
const MALFORMED: unknown[] = [
  '',
  ' ',
  '\t',
  '*',
  '%',
  '_',
  '0',
  '1',
  '2',
  '-1',
  `${NIL}%`,
  `${NIL} `,
  'x'.repeat(10_000),
  '__proto__',
  'constructor',
  'toString',
  "' or '1'='1",
  'null',
  1,
  true,
  null,
  {},
  { $ne: null },
  [],
  [NIL, MAX],
  undefined,
];

type Face = 'tRPC' | 'REST';
const faces = { tRPC: sendPlainTrpc, REST: sendRest };

/** What may be said of a value: the very same as of one that does not exist, or that it is malformed. */
interface Probe {
  face: Face;
  call: Call;
  field: IdField;
  value: unknown;
}

function probesOf(path: string, face: Face): Probe[] {
  const row = table[path] as Row<unknown>;
  return (calls.get(path) ?? []).flatMap((call) =>
    idFields(path).flatMap((field) => {
      const wrong = foreign.filter((named) => !isRightful(named, field, row)).map(({ value }) => value);
      // All of them where it counts whose it is or what it is part of; elsewhere some that are of another kind.
      const isAnybodys = row.rule === 'permission' && field.at.length === 1;
      const others = isAnybodys || field.kind === undefined ? everyFifth(wrong) : wrong;
      const all = [NIL, MAX, ...others, ...MALFORMED.filter((value) => isSendable(value, { path, face, field }))];
      // Who is refused whatever they name is refused before it is looked at.
      const tried = call.refusal === undefined ? all : everyFifth(all);
      return tried.map((value) => ({ face, call, field, value }));
    }),
  );
}

const everyFifth = <T>(values: readonly T[]): T[] => values.filter((_value, index) => index % 5 === 0);

/** Whether the value could be the id of something, so that it must be looked for. */
function isWellFormed({ kind }: IdField, value: unknown): boolean {
  if (kind === undefined || typeof value !== 'string') return false;
  return kind === 'sessions' ? /^[0-9a-f]{64}$/.test(value) : /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(value);
}

/** An id of the field's own form that names nothing. */
function nothing({ kind }: IdField): string {
  if (kind === 'sessions') return randomUUID().replaceAll('-', '').repeat(2);
  return kind === undefined ? `x${randomUUID()}` : randomUUID();
}

/** Whether it would arrive as something else than a value that the field may have. */
function isSendable(value: unknown, to: { path: string; face: Face; field: IdField }): boolean {
  const { field, path, face } = to;
  if (value === undefined || value === null) {
    if (field.optional || (face === 'REST' && isInAddress(path, field.at))) return false;
  }
  if (face === 'tRPC' || !isInAddress(path, field.at)) return true;
  return typeof value !== 'object' || (Array.isArray(value) && value.length > 1);
}

type Said = Pick<Answer, 'status' | 'code' | 'text'>;

/** What is answered to ids that name nothing. */
async function unknownOf(path: string, face: Face, { call, field }: { call: Call; field: IdField }): Promise<Said> {
  const ids = [nothing(field), nothing(field)];
  const [one, other] = await Promise.all(ids.map((id) => sendId(path, face, { call, field, id })));
  expect(other, `${path} ${field.at.join('/')}`).toEqual(one);
  return one as Said;
}

async function sendId(
  path: string,
  face: Face,
  { call, field, id }: { call: Call; field: IdField; id: unknown },
): Promise<Said> {
  asserted += 1;
  const { headers, input } = call;
  const { status, code, text } = await faces[face](app, { path, headers, input: withValueAt(input, field.at, id) });
  // Some say what they did not find.
  return { status, code, text: text.replaceAll(JSON.stringify(String(id)), '"…"') };
}

test.each(paths)('%s finds nothing by an id that is not for the caller', async (path) => {
  const { rest } = procedureAt(path).meta;
  const faults: string[] = [];
  for (const face of rest === undefined ? (['tRPC'] as const) : (['tRPC', 'REST'] as const)) {
    const probes = probesOf(path, face);
    const unknown = new Map<string, Said>();
    const keyOf = ({ call, field }: Pick<Probe, 'call' | 'field'>) => `${call.who} ${field.at.join('/')}`;
    for (const probe of probes) {
      if (!unknown.has(keyOf(probe))) unknown.set(keyOf(probe), await unknownOf(path, face, probe));
    }
    for (const { call, field } of new Map(probes.map((probe) => [keyOf(probe), probe])).values()) {
      const answer = unknown.get(keyOf({ call, field })) as Said;
      const place = `${path}/${field.at.join('/')}`;
      const right = call.refusal === undefined ? isRefusal(answer, { place, field }) : answer.code === call.refusal;
      if (!right) faults.push(`${call.who}, ${place} unknown over ${face}: ${answer.status} ${answer.text}`);
    }
    await sendAll(probes, async (probe) => {
      const { call, field, value } = probe;
      const answer = await sendId(path, face, { call, field, id: value });
      const none = unknown.get(keyOf(probe)) as Said;
      const same = answer.status === none.status && answer.text === none.text;
      if (same || (!isWellFormed(field, value) && isMalformed(answer, { path, face, field }))) return;
      const what = `${call.who}, ${field.at.join('/')} = ${JSON.stringify(value)?.slice(0, 80)} over ${face}`;
      faults.push(`${what}: ${answer.status} ${answer.text} instead of ${none.status} ${none.text}`);
    });
  }
  expect(faults).toEqual([]);
});

function isRefusal({ status, code }: Said, { place, field }: { place: string; field: IdField }): boolean {
  const otherwise = OTHERWISE[place];
  if (otherwise !== undefined) return otherwise === 'nothing' ? status < 300 : code === otherwise;
  return code !== undefined && (field.kind === undefined ? status >= 400 && status < 500 : status === 404);
}

function isMalformed({ status, code }: Said, at: { path: string; face: Face; field: IdField }): boolean {
  if (status === 400 && code === 'invalid_input') return true;
  // Without the id it is another address.
  const elsewhere = at.face === 'REST' && isInAddress(at.path, at.field.at);
  return elsewhere && ((status === 404 && code === 'not_found') || (status === 405 && code === 'method_not_allowed'));
}

test('every id was tried, and nothing has changed', async () => {
  const fields = paths.reduce((sum, path) => sum + idFields(path).length, 0);
  console.log(`${fields} fields of ${paths.length} procedures, ${foreign.length} foreign ids: ${asserted} answers`);
  expect(asserted).toBeGreaterThanOrEqual(5_000);
  expect(await ground.snapshot()).toEqual(before);
});
