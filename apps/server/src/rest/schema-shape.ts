import type { z } from 'zod';

/** A zod schema as its definition tree, which is what the adapter reads. */
export type Schema = z.core.$ZodType;

type Definition = z.core.$ZodTypes['_zod']['def'];

export function definitionOf(schema: Schema): Definition {
  return (schema as z.core.$ZodTypes)._zod.def;
}

/** The schema that a caller's value meets, without what only makes it optional or changes it afterwards. */
export function unwrap(schema: Schema): Schema {
  const def = definitionOf(schema);
  switch (def.type) {
    case 'optional':
    case 'nullable':
    case 'default':
    case 'prefault':
    case 'nonoptional':
    case 'readonly':
    case 'catch':
      return unwrap(def.innerType);
    case 'pipe':
      return unwrap(def.in);
    case 'lazy':
      return unwrap(def.getter());
    default:
      return schema;
  }
}

/** The fields of an object schema, or of every option of a union. */
export function fieldsOf(schema: Schema): Map<string, Schema> {
  const def = definitionOf(unwrap(schema));
  if (def.type === 'object') return new Map(Object.entries(def.shape));
  if (def.type === 'union') return new Map(def.options.flatMap((option) => [...fieldsOf(option)]));
  return new Map();
}

/** Whether a caller may leave the field out. */
export function isOptional(schema: Schema): boolean {
  return schema._zod.optin !== undefined;
}
