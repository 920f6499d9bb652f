import fc from 'fast-check';
import superjson, { type SuperJSONResult } from 'superjson';
import { expect, test, vi } from 'vitest';
import { serialize, transformer } from './transformer.ts';

const overTheWire = (result: SuperJSONResult): unknown =>
  superjson.deserialize(JSON.parse(JSON.stringify(result)) as SuperJSONResult);

/** superjson gives `undefined` properties back; nobody can tell them from absent ones by reading. */
function withoutUndefined(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutUndefined);
  if (value instanceof Map) return new Map([...value].map((pair) => pair.map(withoutUndefined) as [unknown, unknown]));
  if (value instanceof Set) return new Set([...value].map(withoutUndefined));
  if (typeof value !== 'object' || value === null || Object.getPrototypeOf(value) !== Object.prototype) return value;
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return Object.fromEntries(entries.map(([key, item]) => [key, withoutUndefined(item)]));
}

const key = fc
  .oneof(fc.string({ maxLength: 6 }), fc.constantFrom('a.b', '\\', 'a\\.b', '.', '', '0', 'items', 'toString', 'meta'))
  .filter((name) => !['__proto__', 'constructor', 'prototype'].includes(name));
const leaf = fc.oneof(
  { weight: 12, arbitrary: fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null), fc.double()) },
  { weight: 6, arbitrary: fc.date({ noInvalidDate: true }) },
  { weight: 1, arbitrary: fc.constant(undefined) },
  { weight: 1, arbitrary: fc.constantFrom(-0, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY) },
  { weight: 1, arbitrary: fc.oneof(fc.bigInt(), fc.constant(new URL('https://example.com/a?b')), fc.constant(/x.y/g)) },
);
const { value: anyValue } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    leaf,
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(key, tie('value'), { maxKeys: 4, noNullPrototype: true }),
    fc.array(fc.tuple(key, tie('value')), { maxLength: 2 }).map((pairs) => new Map(pairs)),
    fc.array(tie('value'), { maxLength: 2 }).map((items) => new Set(items)),
  ),
}));

/** What a client reads, in a box; undefined where reading fails. */
function readBack(write: () => SuperJSONResult): { value: unknown } | undefined {
  try {
    return { value: withoutUndefined(overTheWire(write())) };
  } catch {
    return undefined;
  }
}

test('clients read the same from it as from superjson, over 20,000 random values', () => {
  fc.assert(
    fc.property(anyValue, (value) => {
      const own = readBack(() => superjson.serialize(value));
      // superjson itself cannot read some of its own answers, e.g. with a key "" beside a key ".".
      fc.pre(own !== undefined);
      expect(readBack(() => serialize(value))).toStrictEqual(own);
    }),
    { numRuns: 20_000 },
  );
}, 120_000);

const at = new Date('2026-03-01T12:00:00.123Z');

test.each([
  ['a date at the root', at],
  ['a date under an empty key', { '': at }],
  ['dates in lists of lists', { a: [[at], [at, { b: at }]] }],
  ['keys with dots and backslashes', { 'a.b': { 'c\\.d': at, '\\': at } }],
  ['an object without a prototype', Object.assign(Object.create(null), { at })],
])('%s is written exactly as superjson writes it', (_name, value) => {
  const shared = JSON.parse(JSON.stringify(superjson.serialize(value)));
  delete shared.meta.referentialEqualities;
  expect(JSON.parse(JSON.stringify(serialize(value)))).toStrictEqual(shared);
});

test('plain answers and dates are not copied', () => {
  const value = { items: [{ name: 'x', at }] };
  const copies = vi.spyOn(superjson, 'serialize');
  expect(serialize(value).json).toBe(value);
  expect(copies).not.toHaveBeenCalled();
  copies.mockRestore();
});

class Point {
  x = 1;
}
const cyclic: Record<string, unknown> = { name: 'x' };
cyclic['self'] = cyclic;

test.each([
  ['undefined', undefined],
  ['an undefined item', [undefined]],
  ['a hole in a list', new Array(2)],
  ['an invalid date', { at: new Date(Number.NaN) }],
  ['a class instance', { point: new Point() }],
  ['an error', { error: new Error('x') }],
  ['a cycle', cyclic],
])('%s is left to superjson', (_name, value) => {
  expect(JSON.stringify(serialize(value))).toBe(JSON.stringify(superjson.serialize(value)));
});

test('an own toJSON of a date is left to superjson', () => {
  const odd = Object.assign(new Date(at), { toJSON: () => 'odd' });
  expect(overTheWire(serialize({ odd }))).toStrictEqual({ odd: at });
});

test('a field called constructor is an ordinary field, and one called __proto__ is refused', () => {
  expect(overTheWire(serialize({ constructor: 'Lego' }))).toStrictEqual({ constructor: 'Lego' });
  expect(() => serialize(JSON.parse('{"__proto__": 1}'))).toThrow('prototype pollution');
  expect(() => serialize({ constructor: { at } })).toThrow('prototype pollution');
});

test('inputs are written by superjson and read as it reads them, and so are answers', () => {
  const { input, output } = transformer;
  expect(input.serialize).toBe(superjson.serialize);
  expect(input.deserialize(input.serialize({ at, items: [{ at }] }))).toStrictEqual({ at, items: [{ at }] });
  expect(output.deserialize(serialize({ at }))).toStrictEqual({ at });
});

test('a field __proto__ of an input stays there to be refused, and is nobody’s prototype', () => {
  const sent = JSON.parse('{"json": {"__proto__": {"isAdmin": true}, "items": [{"__proto__": 1}]}}') as SuperJSONResult;
  const read = transformer.input.deserialize(sent) as { items: object[]; isAdmin?: boolean };
  expect([Object.keys(read), Object.keys(read.items[0] ?? {})]).toEqual([['__proto__', 'items'], ['__proto__']]);
  expect(read.isAdmin).toBeUndefined();
});
