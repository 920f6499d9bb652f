import superjson, { type SuperJSONResult } from 'superjson';

/** Deeper than any answer of ours; a cycle ends here, and superjson knows what to do with it. */
const MAX_DEPTH = 64;

interface Walk {
  /** Keys from the root to the value at hand. */
  path: string[];
  /** The annotations found so far, in superjson's own form: `{ "items.0.createdAt": ["Date"] }`. */
  values: Record<string, ['Date']> | undefined;
}

/**
 * What `superjson.serialize` gives, without copying: dates are left to `JSON.stringify`, and only their paths are
 * noted. Anything else that plain JSON cannot hold goes to superjson itself. `undefined` properties are dropped.
 */
export function serialize(value: unknown): SuperJSONResult {
  const walk: Walk = { path: [], values: undefined };
  if (!note(value, walk, 0)) return superjson.serialize(value);
  if (walk.values === undefined) return { json: value as SuperJSONResult['json'] };
  // A date at the root is annotated by a list instead of by path.
  const values = value instanceof Date ? ['Date'] : walk.values;
  return { json: value, meta: { values, v: 1 } } as unknown as SuperJSONResult;
}

/** Notes every date in the value; false when there is something in it that only superjson can write. */
function note(value: unknown, walk: Walk, depth: number): boolean {
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return true;
    case 'number':
      return Number.isFinite(value) && !Object.is(value, -0);
    case 'object':
      return value === null || noteObject(value, walk, depth);
    default:
      return false;
  }
}

function noteObject(value: object, walk: Walk, depth: number): boolean {
  if (depth > MAX_DEPTH) return false;
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const item: unknown = value[index];
      if (typeof item === 'string') continue;
      walk.path.push(String(index));
      if (!note(item, walk, depth + 1)) return false;
      walk.path.pop();
    }
    return true;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === Date.prototype) return noteDate(value as Date, walk);
  if (prototype !== Object.prototype && prototype !== null) return false;
  for (const key of Object.keys(value)) {
    if (key === '__proto__') return false;
    const item = (value as Record<string, unknown>)[key];
    if (typeof item === 'string' || item === undefined) continue;
    walk.path.push(key);
    if (!note(item, walk, depth + 1)) return false;
    walk.path.pop();
  }
  return true;
}

function noteDate(date: Date, walk: Walk): boolean {
  if (Number.isNaN(date.getTime()) || Object.hasOwn(date, 'toJSON')) return false;
  let path = '';
  for (const [index, key] of walk.path.entries()) {
    // superjson cannot find its way back through these.
    if (key === 'constructor' || key === 'prototype') return false;
    const escaped = /[.\\]/.test(key) ? key.replaceAll('\\', '\\\\').replaceAll('.', '\\.') : key;
    path = index === 0 ? escaped : `${path}.${escaped}`;
  }
  walk.values ??= {};
  walk.values[path] = ['Date'];
  return true;
}

/**
 * tRPC's transformer: clients use plain superjson, and so do inputs; answers are written by {@link serialize}. Inputs
 * are read in place: superjson's copy would drop a field `__proto__`, which is for the schema to refuse as over REST.
 */
export const transformer = {
  input: {
    serialize: superjson.serialize,
    deserialize: (input: SuperJSONResult): unknown => superjson.deserialize(input, { inPlace: true }),
  },
  output: { serialize, deserialize: superjson.deserialize },
};
