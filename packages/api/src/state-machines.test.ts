import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { mustNext, next } from './kit/state-machine.ts';
import { stateMachines, stateMachinesMarkdown } from './state-machines.ts';
import { makeTestRuntime, type TestRuntime } from './testing/index.ts';
import { query } from './testing/tell-outbox.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

const edges: Record<string, string[]> = {
  orders: [
    'pending place confirmed',
    'pending cancel cancelled',
    'confirmed complete completed',
    'confirmed cancel cancelled',
  ],
  payments: [
    ...['created', 'requires_action', 'processing', 'unknown'].flatMap((from) => [
      `${from} require_action requires_action`,
      `${from} process processing`,
      `${from} authorize authorized`,
      `${from} capture captured`,
      `${from} fail failed`,
      `${from} void voided`,
      `${from} lose unknown`,
    ]),
    'authorized capture captured',
    'authorized void voided',
    'failed authorize authorized',
    'failed capture captured',
  ],
  refunds: [
    'pending submit submitted',
    'pending succeed succeeded',
    'pending fail failed',
    'submitted succeed succeeded',
    'submitted fail failed',
    'succeeded fail failed',
  ],
};

describe.each(Object.entries(stateMachines))('%s', (table, machine: Record<string, Record<string, string>>) => {
  const events = [...new Set(Object.values(machine).flatMap((row) => Object.keys(row)))];

  test('has exactly these edges, and refuses every other pair of state and event', () => {
    const found: string[] = [];
    for (const state of Object.keys(machine)) {
      for (const event of events) {
        const to = next(machine, state, event);
        if (to === undefined) expect(() => mustNext(machine, state, event)).toThrow('The current state');
        else found.push(`${state} ${event} ${to}`);
      }
    }
    expect(found.sort()).toEqual(edges[table]?.sort());
  });

  test('names the states that the database allows', async () => {
    const [row] = await query<{ definition: string }>(
      runtime,
      `select pg_get_constraintdef(oid) as definition from pg_constraint where conname = $1`,
      [`${table}_status_check`],
    );
    const allowed = [...(row?.definition.matchAll(/'([a-z_]+)'::text/g) ?? [])].map(([, state]) => state);
    expect(allowed.sort()).toEqual(Object.keys(machine).sort());
  });

  test('is in the generated page', () => {
    expect(stateMachinesMarkdown()).toContain(`## ${table}\n`);
  });
});
