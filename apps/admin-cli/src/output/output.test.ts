import { errorKinds } from '@cartwright/api';
import { problemKind } from '@cartwright/client';
import { expect, it } from 'vitest';
import type { Cli } from '../cli.ts';
import { exitCodeOfKind } from './exit-codes.ts';
import { printable } from './printable.ts';
import { reportError } from './report-error.ts';
import { pairs, table } from './table.ts';

const config = {
  url: 'http://store.test',
  credentials: undefined,
  configDir: '/nonexistent',
  apiKey: undefined,
  noColor: true,
  databaseUrl: undefined,
  adminEmail: undefined,
  adminPassword: undefined,
};

function recording(json = false): { cli: Cli; err: string[] } {
  const err: string[] = [];
  return { err, cli: { config, url: config.url, json, out: () => {}, err: (line) => err.push(line) } };
}

it('every kind of refusal has the exit code and status that the API declares', () => {
  const api = Object.entries(errorKinds).map(([kind, { cliExit, http }]) => [
    kind,
    cliExit,
    problemKind({ status: http }),
  ]);
  expect(Object.entries(exitCodeOfKind).sort()).toEqual(api.map(([kind, exit]) => [kind, exit]).sort());
  for (const [kind, , byStatus] of api) expect(byStatus).toBe(kind);
});

it('removes what a terminal would obey', () => {
  expect(printable('a\u001b[2Jb\u0000c\u009bd\r\ne\tf\u202eg')).toBe('a[2Jbcd e fg');
  expect(printable('Überzug 🛋️ 日本')).toBe('Überzug 🛋️ 日本');
});

it('sets columns apart, aligns figures and shortens long cells', () => {
  const columns = [
    { head: 'Title', cell: (row: { title: string }) => row.title, maxWidth: 6 },
    { head: 'Length', cell: (row: { title: string }) => row.title.length, align: 'right' as const },
  ];
  const text = table(recording().cli, columns, [{ title: 'Lamp' }, { title: 'A very long one' }]);
  expect(text).toBe(['Title   Length', 'Lamp         4', 'A ver…      15'].join('\n'));
});

it('leaves out pairs without a value', () => {
  expect(
    pairs([
      ['A', 1],
      ['Long', ''],
      ['Bc', undefined],
      ['Def', 'x\ny'],
    ]),
  ).toBe('A    1\nDef  x y');
});

const refused = (problem: object): Error => Object.assign(new Error('x'), { data: { problem } });

it('says a refusal in one line with its code, and returns its exit code', () => {
  const { cli, err } = recording();
  const notFound = { type: 'x', title: 'There is no such thing.', status: 404, code: 'not_found' };
  expect(reportError(cli, refused(notFound))).toBe(66);
  expect(err).toEqual(['cartwright: There is no such thing. (not_found)']);
});

it('names the fields of a refused input, three at most', () => {
  const { cli, err } = recording();
  const errors = ['a', 'b', 'c', 'd', 'e'].map((name) => ({ pointer: `/${name}`, message: 'Required' }));
  const problem = { type: 'x', title: 'Wrong shape.', status: 400, code: 'invalid_input', errors };
  expect(reportError(cli, refused(problem))).toBe(64);
  expect(err).toEqual([
    'cartwright: Wrong shape. /a: Required; /b: Required; /c: Required; and 2 more (invalid_input)',
  ]);
});

it('names the request of a bug', () => {
  const { cli, err } = recording();
  expect(reportError(cli, refused({ title: 'Oh.', status: 500, code: 'internal', requestId: 'r-1' }))).toBe(70);
  expect(err).toEqual(['cartwright: Oh. (internal, request r-1)']);
});

it('prints problems as JSON for machines', () => {
  const { cli, err } = recording(true);
  const problem = { type: 'x', title: 'Slow down.', status: 429, code: 'rate_limited', retryAfterSeconds: 3 };
  expect(reportError(cli, refused(problem))).toBe(75);
  expect(err.map((line) => JSON.parse(line))).toEqual([problem]);
});

it('reports what nobody expected as a bug', () => {
  const { cli, err } = recording();
  expect(reportError(cli, new TypeError('x is not a function'))).toBe(70);
  expect(reportError(cli, 'thrown text')).toBe(70);
  expect(err).toEqual(['cartwright: x is not a function', 'cartwright: thrown text']);
});
