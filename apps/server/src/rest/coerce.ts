import { z } from 'zod';
import { definitionOf, type Schema, unwrap } from './schema-shape.ts';

/** Turns the text of a path or query parameter into what its schema wants; text it cannot read stays text. */
export type FromText = (text: string) => unknown;

const NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})(?:T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2}))?$/;

const toNumber: FromText = (text) => (NUMBER.test(text) ? Number(text) : text);
const toBoolean: FromText = (text) => (text === 'true' ? true : text === 'false' ? false : text);

/** A date of ISO 8601, with its offset when it has a time; anything else, 30 February too, stays text. */
function toDate(text: string): Date | string {
  const parts = ISO_DATE.exec(text);
  if (!parts) return text;
  const [, year, month, day] = parts;
  const lastDay = new Date(Date.UTC(Number(year), Number(month), 0)).getUTCDate();
  const date = new Date(text);
  return Number(day) > lastDay || Number.isNaN(date.getTime()) ? text : date;
}

/** The reader of one parameter's text, built once from its schema; undefined where text is what it wants. */
export function fromText(schema: Schema): FromText | undefined {
  const inner = unwrap(schema);
  const def = definitionOf(inner);
  switch (def.type) {
    case 'number':
      return toNumber;
    case 'boolean':
      return toBoolean;
    case 'date':
      return toDate;
    case 'literal':
      return fromLiteral(def.values);
    case 'union':
      return fromUnion(def.options);
    default:
      return undefined;
  }
}

function fromLiteral(values: readonly unknown[]): FromText | undefined {
  const byText = new Map(values.filter((value) => typeof value !== 'string').map((value) => [String(value), value]));
  return byText.size === 0 ? undefined : (text) => (byText.has(text) ? byText.get(text) : text);
}

/** The first option that accepts what it reads. */
function fromUnion(options: readonly Schema[]): FromText | undefined {
  const readers = options.map((option) => ({ option, read: fromText(option) ?? ((text: string) => text) }));
  if (options.every((option) => fromText(option) === undefined)) return undefined;
  return (text) => {
    for (const { option, read } of readers) {
      const value = read(text);
      if (z.safeParse(option, value).success) return value;
    }
    return text;
  };
}

/** Puts dates where a JSON body has ISO 8601 text and its schema wants a date. */
export type ReviveDates = (value: unknown) => unknown;

/** The reviver of a body, built once from its schema; undefined where no date is. */
export function reviveDates(schema: Schema, depth = 0): ReviveDates | undefined {
  // A schema that contains itself; dates so deep are not part of this API.
  if (depth > 12) return undefined;
  const def = definitionOf(unwrap(schema));
  switch (def.type) {
    case 'date':
      return (value) => (typeof value === 'string' ? toDate(value) : value);
    case 'array': {
      const item = reviveDates(def.element, depth + 1);
      return item && ((value) => (Array.isArray(value) ? value.map(item) : value));
    }
    case 'record': {
      const item = reviveDates(def.valueType, depth + 1);
      return item && ((value) => reviveFields(value, () => item));
    }
    case 'object': {
      const fields = Object.entries(def.shape).map(([key, field]) => [key, reviveDates(field, depth + 1)] as const);
      const dated = new Map(fields.filter(([, revive]) => revive !== undefined));
      return dated.size === 0 ? undefined : (value) => reviveFields(value, (key) => dated.get(key));
    }
    case 'union': {
      const options = def.options.map((option) => ({ option, revive: reviveDates(option, depth + 1) }));
      return options.some(({ revive }) => revive) ? (value) => reviveUnion(value, options) : undefined;
    }
    default:
      return undefined;
  }
}

function reviveFields(value: unknown, reviverOf: (key: string) => ReviveDates | undefined): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const revived = Object.entries(value).map(([key, item]) => [key, (reviverOf(key) ?? ((same) => same))(item)]);
  return Object.fromEntries(revived);
}

function reviveUnion(value: unknown, options: { option: Schema; revive: ReviveDates | undefined }[]): unknown {
  for (const { option, revive } of options) {
    const revived = revive ? revive(value) : value;
    if (z.safeParse(option, revived).success) return revived;
  }
  return value;
}
