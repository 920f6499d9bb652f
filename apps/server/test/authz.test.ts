import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApp } from '../src/index.ts';
import { expectedOf, type Holder, type Principal, principals, type Row } from './authz/rules.ts';
import { type Answer, type App, procedureAt, procedures, type Request, sendRest, sendTrpc } from './authz/send.ts';
import { type Ground, openGround, openWorld, type World } from './authz/world.ts';
import { matrix } from './authz.matrix.ts';

const rows = Object.entries(matrix) as unknown as [string, Row<unknown>][];
const faces = { tRPC: sendTrpc, REST: sendRest };

let ground: Ground;
let app: App;
let standing: World;
let asserted = 0;
beforeAll(async () => {
  ground = await openGround();
  app = createApp(ground.runtime);
  standing = openWorld(ground);
});
afterAll(() => ground.runtime.dispose());

interface Cell {
  who: Principal;
  /** Whose the thing of a capability is; the owner's for every other rule. */
  of: Holder;
  expected: string;
}

function cellsOf(path: string, row: Row<unknown>): Cell[] {
  const holders: Holder[] = row.rule === 'capability' ? ['owner', 'guest'] : ['owner'];
  const { type } = procedureAt(path);
  return principals.flatMap((who) => holders.map((of) => ({ who, of, expected: expectedOf(row, { who, of, type }) })));
}

/** A whole request of a cell. Only the guest brings the token of a guest's thing. */
async function requestOf(
  world: World,
  path: string,
  { row, cell }: { row: Row<unknown>; cell: Cell },
): Promise<Request> {
  const { who, of } = cell;
  const headers = await world.headersOf(who, row.rule === 'permission' ? row.permission : 'audit:read');
  const input = await row.input(world, of);
  const thing = row.rule === 'capability' && who === 'guest token' ? await row.thing(world, of) : undefined;
  return { path, input, headers: { ...headers, ...thing?.opensWith } };
}

/** What is wrong with the answer to a cell, if anything. */
function faultOf(answer: Answer, { row, cell }: { row: Row<unknown>; cell: Cell }): string[] {
  asserted += 1;
  const got = answer.code ?? 'allowed';
  const expected = cell.expected === 'allowed' ? (row.answers ?? 'allowed') : cell.expected;
  return got === expected ? [] : [`${got} instead of ${expected}: ${JSON.stringify(answer.body)}`];
}

test.each(rows)('%s is open to whom its row says, over every face, and to nobody else', async (path, row) => {
  const { type, meta } = procedureAt(path);
  const names = meta.rest === undefined ? (['tRPC'] as const) : (['tRPC', 'REST'] as const);
  const cells = cellsOf(path, row).flatMap((cell) => names.map((face) => ({ ...cell, face })));
  const allowed = cells.filter(({ expected }) => expected === 'allowed');
  const refused = cells.filter(({ expected }) => expected !== 'allowed');
  const faults: string[] = [];
  const send = async (cell: (typeof cells)[number], request: Request) => {
    const found = faultOf(await faces[cell.face](app, request), { row, cell });
    faults.push(...found.map((fault) => `${cell.who} (thing of ${cell.of}, ${cell.face}): ${fault}`));
  };

  const requests = await Promise.all(refused.map((cell) => requestOf(standing, path, { row, cell })));
  const before = await ground.snapshot();
  await Promise.all(refused.map((cell, index) => send(cell, requests[index] as Request)));
  const after = await ground.snapshot();
  const changed = [...after].filter(([table, rows]) => before.get(table) !== rows).map(([table]) => table);
  if (changed.length > 0) faults.push(`those who were refused have changed ${changed.join(', ')}`);

  const world = () => (type === 'query' ? standing : openWorld(ground));
  await Promise.all(allowed.map(async (cell) => send(cell, await requestOf(world(), path, { row, cell }))));
  expect(faults).toEqual([]);
});

test.each(rows)('the row of %s says what the procedure says', (path, row) => {
  const { access, stepUp = false, whileImpersonating = false } = procedureAt(path).meta;
  const accessOfRule = { public: 'public', capability: 'public', account: 'customer', own: 'customer' } as const;
  const said = row.rule === 'permission' ? { permission: row.permission } : accessOfRule[row.rule];
  expect({ access: said, stepUp: row.stepUp ?? false, whileImpersonating: row.whileImpersonating ?? false }).toEqual({
    access,
    stepUp,
    whileImpersonating,
  });
});

test('every procedure has its row, and every row was asserted', () => {
  expect(rows.map(([path]) => path).sort()).toEqual([...procedures.keys()].sort());
  expect(asserted).toBeGreaterThanOrEqual(rows.length * principals.length);
  console.log(`${rows.length} procedures, ${principals.length} callers: ${asserted} answers`);
});
