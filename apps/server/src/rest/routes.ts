import { appRouter, type LimitClass, type ProcedureMeta } from '@cartwright/api';
import type { AnyProcedure, AnyRouter } from '@trpc/server';
import { limitClassOf } from '../http/caller.ts';
import type { Schema } from './schema-shape.ts';

/** One procedure as it is reached over REST. */
export interface RestRoute {
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v1/carts/{cartId}` */
  path: string;
  segments: readonly string[];
  /** Parameters of the path, with the index of their segment. */
  parameters: readonly { name: string; index: number }[];
  successStatus: number;
  limit: LimitClass;
  /** `cart.addItem` */
  procedurePath: string;
  procedure: AnyProcedure;
  type: 'query' | 'mutation' | 'subscription';
  input: Schema | undefined;
  output: Schema | undefined;
  meta: ProcedureMeta & { rest: NonNullable<ProcedureMeta['rest']> };
}

interface ProcedureDef {
  type: RestRoute['type'];
  meta?: ProcedureMeta;
  inputs: Schema[];
  output?: Schema;
}

/** Every procedure with a REST route, static segments before parameters, otherwise by code unit. */
export function restRoutes(router: AnyRouter = appRouter): RestRoute[] {
  const procedures = Object.entries(router._def.procedures as unknown as Record<string, AnyProcedure>);
  return procedures.flatMap(([path, procedure]) => routeOf(path, procedure)).sort(compareRoutes);
}

function routeOf(procedurePath: string, procedure: AnyProcedure): RestRoute[] {
  const def = procedure._def as unknown as ProcedureDef;
  const { meta, type, inputs, output } = def;
  if (meta?.rest === undefined) return [];
  if (inputs.length > 1) throw new TypeError(`${procedurePath} has several inputs, which REST cannot describe`);
  const { method, successStatus = 200 } = meta.rest;
  const { path } = meta.rest;
  if (!path.startsWith('/v1/')) throw new TypeError(`${procedurePath} is not under /v1: ${path}`);
  const segments = path.split('/').slice(1);
  const parameters = segments.flatMap((segment, index) => {
    const name = /^\{(\w+)\}$/.exec(segment)?.[1];
    return name === undefined ? [] : [{ name, index }];
  });
  const limit = limitClassOf({ type, meta });
  const rest = { ...meta, rest: meta.rest };
  const [input] = inputs;
  return [
    {
      method,
      path,
      segments,
      parameters,
      successStatus,
      limit,
      procedurePath,
      procedure,
      type,
      input,
      output,
      meta: rest,
    },
  ];
}

// By code unit, not by locale: `{` sorts after every letter there, so `/orders/stats` comes before `/orders/{id}`.
function compareRoutes(a: RestRoute, b: RestRoute): number {
  const left = `${a.path} ${a.method}`;
  const right = `${b.path} ${b.method}`;
  return left < right ? -1 : left > right ? 1 : 0;
}
