import { definitionOf, isOptional, type Schema, unwrap } from '../../src/rest/schema-shape.ts';
import { procedureAt } from './send.ts';

/** A part of an input, and where: `['variants', '0', 'id']`, the first item standing for all. */
export interface Part {
  at: readonly string[];
  schema: Schema;
  optional: boolean;
}

/** Every part of a procedure's input, from the outside in. The values of a record are data of any name: not entered. */
export function partsOf(procedurePath: string): Part[] {
  return procedureAt(procedurePath).inputs.flatMap((schema) => [...walk({ at: [], schema, optional: false })]);
}

function* walk({ at, schema, optional }: Part): Generator<Part> {
  const inner = unwrap(schema);
  const def = definitionOf(inner);
  yield { at, schema: inner, optional };
  switch (def.type) {
    case 'object':
      for (const [name, field] of Object.entries(def.shape)) {
        yield* walk({ at: [...at, name], schema: field, optional: isOptional(field) });
      }
      return;
    case 'array':
      yield* walk({ at: [...at, '0'], schema: def.element, optional: false });
      return;
    case 'union':
      for (const option of def.options) yield* walk({ at, schema: option, optional });
  }
}

/** The names of an object's fields; undefined of anything else. */
export function fieldNames(schema: Schema): string[] | undefined {
  const def = definitionOf(schema);
  return def.type === 'object' ? Object.keys(def.shape) : undefined;
}
