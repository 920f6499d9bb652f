import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { permissions } from './kit/actor.ts';
import { appRouter } from './root.ts';
import type { ProcedureMeta } from './trpc/meta.ts';
import { publicProcedure, router } from './trpc/procedures.ts';

interface Definition {
  type: 'query' | 'mutation' | 'subscription';
  meta?: ProcedureMeta;
  inputs: z.ZodType[];
  output?: z.ZodType;
}

function definitionsOf(root: { _def: { procedures: unknown } }): [string, Definition][] {
  const procedures = root._def.procedures as Record<string, { _def: Definition }>;
  return Object.entries(procedures).map(([path, procedure]) => [path, procedure._def]);
}

/** What is wrong with how a procedure describes itself; an empty list is what every one must have. */
function faultsOf({ type, meta, inputs, output }: Definition): string[] {
  const faults: string[] = [];
  const { access, rest } = meta ?? {};
  if (access === undefined) faults.push('declares no access');
  if (typeof access === 'object' && !permissions.includes(access.permission)) faults.push('unknown permission');
  if (output === undefined) faults.push('declares no output');
  for (const input of inputs) {
    if (!refusesUnknownFields(input)) faults.push('its input lets unknown fields pass');
  }
  if (rest === undefined) return faults;
  if (!/^\/v1(\/([a-z-]+|\{[a-zA-Z]+\}))+$/.test(rest.path)) faults.push(`odd path ${rest.path}`);
  if (rest.summary.length === 0 || rest.tags.length === 0) faults.push('no summary or no tags');
  if ((type === 'query') !== (rest.method === 'GET')) faults.push(`a ${type} under ${rest.method}`);
  if (meta?.idempotent && type !== 'mutation') faults.push('only a mutation can be idempotent');
  const status = rest.successStatus ?? 200;
  const empty = output?.safeParse(undefined).success ?? false;
  if ((status === 204) !== empty) faults.push(`status ${status} with ${empty ? 'nothing' : 'something'} to say`);
  if (type === 'query' && status !== 200) faults.push(`a query that answers ${status}`);
  return faults;
}

function refusesUnknownFields(schema: z.ZodType): boolean {
  const def = schema.def as { type: string; innerType?: z.ZodType; in?: z.ZodType; options?: z.ZodType[] };
  if (def.type === 'union') return (def.options ?? []).every(refusesUnknownFields);
  const inner = def.innerType ?? def.in;
  if (inner !== undefined) return refusesUnknownFields(inner);
  return schema instanceof z.ZodObject && schema.def.catchall instanceof z.ZodNever;
}

describe('every procedure', () => {
  const definitions = definitionsOf(appRouter);

  test('there are some', () => expect(definitions.length).toBeGreaterThan(20));

  test.each(definitions)('%s declares who may call it, what it takes and what it answers', (_path, definition) => {
    expect(faultsOf(definition)).toEqual([]);
  });

  test('no two are reached by the same method and path', () => {
    const routes = definitions.flatMap(([, { meta }]) =>
      meta?.rest ? [`${meta.rest.method} ${meta.rest.path.replace(/\{\w+\}/g, '{}')}`] : [],
    );
    expect(routes).toEqual([...new Set(routes)]);
  });
});

test('a procedure that says nothing of itself is found out', () => {
  const bare = router({
    bare: publicProcedure
      .meta({ access: undefined })
      .input(z.object({ a: z.string() }))
      .query(() => 1),
  });
  const [[, definition] = ['', undefined]] = definitionsOf(bare);
  expect(definition && faultsOf(definition)).toEqual([
    'declares no access',
    'declares no output',
    'its input lets unknown fields pass',
  ]);
});
