import { describe, expect, it } from 'vitest';
import { blankOut, readImports } from './lex.ts';
import { checkRules } from './rules.ts';
import { type Manifest, makeWorkspace } from './workspace.ts';

const MANIFESTS: Record<string, Manifest> = {
  'packages/db': { name: '@cartwright/db', exports: { '.': './src/index.ts', './testing': './src/testing/index.ts' } },
  'packages/api': { name: '@cartwright/api', exports: { '.': './src/index.ts', './contract': './src/contract.ts' } },
  'packages/client': { name: '@cartwright/client', exports: { '.': './src/index.ts' } },
  'packages/simulators': { name: '@cartwright/simulators', exports: { '.': './src/index.ts' } },
  'apps/server': { name: '@cartwright/server', exports: { '.': './src/app.ts' } },
  'apps/admin-cli': { name: '@cartwright/admin-cli' },
};

/** The rules that files break, as `R5 path:line`. */
function broken(files: Record<string, string>, manifests: Record<string, Manifest> = {}): string[] {
  const workspace = makeWorkspace(files, { ...MANIFESTS, ...manifests });
  return checkRules(workspace).map((each) => `${each.rule} ${each.path}:${each.line}`);
}

const CART = 'packages/api/src/domains/cart';

describe('the import rules', () => {
  it.each<[string, string, string, string]>([
    ['R1', 'a package imports an app', 'packages/api/src/a.ts', "import { app } from '@cartwright/server';"],
    ['R1', 'packages/db imports ours', 'packages/db/src/a.ts', "import type { X } from '@cartwright/api';"],
    ['R1', 'a relative path leaves the package', 'apps/server/src/a.ts', "import '../../../packages/db/src/x.ts';"],
    ['R2', 'api imports pg', 'packages/api/src/a.test.ts', "import pg from 'pg';"],
    ['R2', 'api imports a Hono plug-in', 'packages/api/src/a.ts', "import { x } from '@hono/node-server';"],
    [
      'R3',
      'the client imports at run time',
      'packages/client/src/a.ts',
      "import { type A } from '@cartwright/api/contract';",
    ],
    ['R3', 'the client imports the server', 'packages/client/src/a.ts', "import type { A } from '@cartwright/api';"],
    ['R3', 'the client re-exports db types', 'packages/client/src/a.ts', "export type { Db } from '@cartwright/db';"],
    ['R4', 'a service knows tRPC', `${CART}/add-item.ts`, "import { TRPCError } from '@trpc/server';"],
    ['R4', 'an http file of the server does', 'apps/server/src/http/a.ts', "import { x } from '@trpc/server/http';"],
    ['R5', 'a router imports db', `${CART}/router.ts`, "import { carts } from '@cartwright/db';"],
    ['R5', 'a router imports a doorway', `${CART}/router.ts`, "import { x } from '../tax/index.ts';"],
    ['R6', 'a slice by its back door', `${CART}/totals.ts`, "import type { Rate } from '../tax/rate.ts';"],
    ['R7', 'kit imports a domain', 'packages/api/src/kit/a.ts', "import { x } from '../domains/cart/index.ts';"],
    ['R8', 'the environment', 'packages/api/src/jobs/a.ts', 'const a = process\n  .env;'],
    ['R8', 'the environment by import', 'packages/api/src/jobs/a.ts', "import { env } from 'node:process';"],
    ['R8', 'the environment in an app', 'apps/server/src/http/a.ts', 'const a = `${process.env.PORT}`;'],
    ['R8', 'the environment in a simulator', 'packages/simulators/src/stripe/a.ts', 'use(process.env);'],
    ['R8', 'the clock', `${CART}/a.ts`, 'const now = new Date();'],
    ['R8', 'the clock, by the other name', `${CART}/a.ts`, 'const now = Date.now();'],
    ['R8', 'the clock of db', 'packages/db/src/carts.ts', 'const now = new Date( );'],
    ['R8', 'randomness', `${CART}/a.ts`, 'const n = Math.random();'],
    ['R8', 'randomness from node', 'packages/db/src/a.ts', "import { randomUUID } from 'node:crypto';"],
    [
      'R9',
      'a command touches the database',
      'apps/admin-cli/src/commands/a.ts',
      "const db = await import('@cartwright/db');",
    ],
    [
      'R10',
      'a slice writes for another',
      `${CART}/a.ts`,
      "import { orders } from '@cartwright/db'; orders.insertOrder();",
    ],
    [
      'R10',
      'a slice locks for another',
      `${CART}/a.ts`,
      "import { orders as o } from '@cartwright/db'; o.lockOrder();",
    ],
    ['R10', 'nobody owns it', `${CART}/a.ts`, "import { novelties } from '@cartwright/db'; novelties.saveIt();"],
  ])('%s: refuses that %s', (rule, _what, path, source) => {
    expect(new Set(broken({ [path]: source }))).toEqual(new Set([`${rule} ${path}:1`]));
  });

  it('accepts what the architecture asks for', () => {
    const files = {
      'packages/api/src/runtime/config.ts': 'export const port = process.env.PORT;',
      'packages/api/src/kit/clock.ts': 'export const now = () => new Date();',
      'packages/api/src/kit/ids.ts': "import { randomBytes } from 'node:crypto'; randomBytes(8);",
      'packages/api/src/trpc/init.ts': "import { initTRPC } from '@trpc/server';",
      [`${CART}/router.ts`]:
        "import { z } from 'zod'; import { add } from './add.ts'; import { p } from '../../trpc/init.ts';",
      [`${CART}/add.ts`]:
        "import { carts, orders } from '@cartwright/db'; carts.saveCart(); orders.findOrder(); let o: orders.OrderRow; new Date(5);",
      [`${CART}/totals.ts`]: "import { rate } from '../tax/index.ts';",
      'packages/api/src/domains/tax/index.ts': "export const rate = 1; // new Date() and '../cart/totals.ts'",
      'packages/client/src/index.ts': "import type { AppRouter } from '@cartwright/api/contract';",
      'packages/db/src/transaction.ts': 'const jitter = Math.random();',
      'packages/db/src/testing/index.ts': "import { randomBytes } from 'node:crypto'; new Date();",
      'apps/server/src/config.ts': 'export const env = process.env;',
      'apps/server/src/rest/adapter.ts': "import { callTRPCProcedure } from '@trpc/server';",
      'apps/admin-cli/src/ops/migrate.ts': "import { migrate } from '@cartwright/db';",
    };
    expect(broken(files)).toEqual([]);
  });

  it('R6: refuses cycles of files at run time, and of slices even by types', () => {
    const around = {
      'apps/server/src/a.ts': "import './b.ts';",
      'apps/server/src/b.ts': "export * from './c.ts';",
      'apps/server/src/c.ts': "import { a } from '@cartwright/server';",
      'apps/server/src/app.ts': "import './a.ts';",
    };
    expect(broken(around)).toEqual(['R6 apps/server/src/a.ts:1']);
    expect(broken({ ...around, 'apps/server/src/c.ts': "import type { a } from '@cartwright/server';" })).toEqual([]);
    const slices = {
      [`${CART}/index.ts`]: "import type { X } from '../tax/index.ts';",
      'packages/api/src/domains/tax/index.ts': "import type { Y } from '../cart/index.ts';",
    };
    expect(broken(slices)).toEqual(['R6 packages/api/src/domains/cart:1']);
  });

  it('reads package.json for R1, R2 and R3', () => {
    const dependencies = { '@cartwright/server': '*', kysely: '*' };
    const api = { 'packages/api': { ...MANIFESTS['packages/api'], dependencies } };
    expect(broken({}, api)).toEqual(['R1 packages/api/package.json:1', 'R2 packages/api/package.json:1']);
    const client = { 'packages/client': { ...MANIFESTS['packages/client'], dependencies: { '@cartwright/api': '*' } } };
    expect(broken({}, client)).toEqual(['R3 packages/client/package.json:1']);
  });
});

describe('the lexer', () => {
  it('blanks comments, strings, templates and regular expressions, and nothing else', () => {
    const code = (source: string): string => blankOut(source).replace(/ +/g, ' ');
    expect(code('a /* b */ c // d\n\'e\' + "f\\"g" h')).toBe('a c \n\' \' + " " h');
    expect(code('`a ${b + `c ${d}` + {e: 1}.e} f` g')).toBe('` ${b + ` ${d}` + {e: 1}.e} ` g');
    expect(code("x = /['\"`]/.test(y) ? 'no' : a / b / c")).toBe("x = / /.test(y) ? ' ' : a / b / c");
    expect(code('return /[/"]/g; z')).toBe('return / /g; z');
  });

  it('finds every kind of import, on several lines too', () => {
    const source = `#!/usr/bin/env node
import a, { b as c } from 'one';
import type { D } from "two";
import {
  e, // from 'nowhere'
} from 'three';
import 'four';
export * as f from 'five';
export type { G } from 'six';
const h = await import('seven');
type I = typeof import('eight');
const from = 'nine'; const text = "import x from 'ten'";`;
    expect(readImports(source).map((each) => [each.specifier, each.typeOnly, each.line])).toEqual([
      ['one', false, 2],
      ['two', true, 3],
      ['three', false, 4],
      ['five', false, 8],
      ['six', true, 9],
      ['four', false, 7],
      ['seven', false, 10],
      ['eight', true, 11],
    ]);
  });
});
