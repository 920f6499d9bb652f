import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import { definitionOf, type Schema } from './schema-shape.ts';

export type Json = Record<string, unknown>;
type Direction = 'input' | 'output';

const REF = '#/$defs/';
const DIRECTION = Symbol('direction');

/**
 * Collects the named schemas of all operations. A name used both in requests and in answers is one component, unless
 * the two differ: then requests refer to `<Name>Input`.
 */
export class Components {
  readonly #found: Record<Direction, Map<string, Json>> = { input: new Map(), output: new Map() };

  /** The JSON schema of one side of an operation; references still say `#/$defs/…` until {@link resolve}. */
  add(schema: Schema, io: Direction): Json {
    const { $schema: _, $defs = {}, ...json } = toJsonSchema(schema, io);
    for (const [name, definition] of Object.entries($defs as Record<string, Json>)) {
      const known = this.#found[io].get(name);
      if (known !== undefined && !isDeepStrictEqual(known, definition)) {
        throw new TypeError(`Two different schemas are called ${name}`);
      }
      this.#found[io].set(name, definition);
    }
    return { ...json, ...this.mark(io) };
  }

  /** Says which side a schema is of, invisibly to JSON. */
  mark(io: Direction): Json {
    return { [DIRECTION]: io };
  }

  /** The object behind a schema that may be a reference. */
  dereference(json: Json, io: Direction): Json {
    const ref = json['$ref'];
    return typeof ref === 'string' ? (this.#found[io].get(ref.slice(REF.length)) ?? json) : json;
  }

  /** A document part with its references pointing at the components. */
  resolve(part: unknown): unknown {
    return this.#rewrite(part, 'output', this.#differing());
  }

  schemas(): Json {
    const differing = this.#differing();
    const named = (['output', 'input'] as const).flatMap((io) =>
      [...this.#found[io]].map(([name, json]) => [nameOf(name, io, differing), this.#rewrite(json, io, differing)]),
    );
    return Object.fromEntries((named as [string, Json][]).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
  }

  /** Names whose two sides differ, themselves or through what they refer to. */
  #differing(): Set<string> {
    const { input, output } = this.#found;
    const shared = [...input.keys()].filter((name) => output.has(name));
    const differing = new Set(shared.filter((name) => !isDeepStrictEqual(input.get(name), output.get(name))));
    for (let size = -1; size !== differing.size; ) {
      size = differing.size;
      for (const name of shared) if (refsIn(input.get(name)).some((ref) => differing.has(ref))) differing.add(name);
    }
    return differing;
  }

  #rewrite(part: unknown, io: Direction, differing: Set<string>): unknown {
    if (Array.isArray(part)) return part.map((item) => this.#rewrite(item, io, differing));
    if (typeof part !== 'object' || part === null) return part;
    const own = (part as { [DIRECTION]?: Direction })[DIRECTION] ?? io;
    const entries = Object.entries(part).map(([key, value]) => {
      if (key !== '$ref' || typeof value !== 'string' || !value.startsWith(REF)) {
        return [key, this.#rewrite(value, own, differing)];
      }
      return [key, `#/components/schemas/${nameOf(value.slice(REF.length), own, differing)}`];
    });
    return Object.fromEntries(entries);
  }
}

function nameOf(name: string, io: Direction, differing: Set<string>): string {
  return io === 'input' && differing.has(name) ? `${name}Input` : name;
}

function refsIn(part: unknown): string[] {
  if (Array.isArray(part)) return part.flatMap(refsIn);
  if (typeof part !== 'object' || part === null) return [];
  return Object.entries(part).flatMap(([key, value]) =>
    key === '$ref' && typeof value === 'string' ? [value.slice(REF.length)] : refsIn(value),
  );
}

function toJsonSchema(schema: Schema, io: Direction): Json {
  return z.toJSONSchema(schema, {
    target: 'draft-2020-12',
    io,
    unrepresentable: 'any',
    override({ zodSchema, jsonSchema }) {
      const def = definitionOf(zodSchema);
      if (def.type === 'date') Object.assign(jsonSchema, { type: 'string', format: 'date-time' });
      // New fields may come: an answer is not closed, unless its schema is strict.
      if (def.type === 'object' && def.catchall === undefined) delete jsonSchema.additionalProperties;
      // The format says it, and the bounds of a double are no bounds of ours.
      if (jsonSchema.format === 'uuid') delete jsonSchema.pattern;
      if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum;
      if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum;
    },
  }) as Json;
}
