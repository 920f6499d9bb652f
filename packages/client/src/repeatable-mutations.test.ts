import { appRouter } from '@cartwright/api';
import { expect, it } from 'vitest';
import { keptAnswers, repeatableMutations } from './repeatable-mutations.ts';

type Procedures = Record<string, { _def: { type: string; meta?: object } }>;

const procedures = Object.entries(appRouter._def.procedures as unknown as Procedures);
const mutations = procedures.filter(([, { _def }]) => _def.type === 'mutation');

it('repeats exactly the mutations whose answers the server keeps, besides those that are the same twice', () => {
  const kept = mutations.filter(([, { _def }]) => _def.meta && 'idempotent' in _def.meta && _def.meta.idempotent);
  expect([...keptAnswers].sort()).toEqual(kept.map(([path]) => path).sort());
});

it('names no procedure that does not exist', () => {
  const paths = mutations.map(([path]) => path);
  expect([...repeatableMutations].filter((path) => !paths.includes(path))).toEqual([]);
});
