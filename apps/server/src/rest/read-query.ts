import { refuse } from '@cartwright/api';
import { type FromText, fromText } from './coerce.ts';
import { definitionOf, fieldsOf, type Schema, unwrap } from './schema-shape.ts';

type Issue = { pointer: string; message: string };

/** How one query parameter is read: once, as a list, or as `name[key]=value` pairs. */
type Parameter =
  | { kind: 'single' | 'list'; read: FromText | undefined }
  | { kind: 'keyed'; listed: boolean; read: FromText | undefined };

export type QueryReader = (search: string) => Record<string, unknown>;

export function refuseInput(issues: Issue[]) {
  return refuse('invalid_input', { details: { issues } });
}

/** The reader of a route's query string, built once. Names it does not know are passed on, for the schema to refuse. */
export function queryReader(schema: Schema | undefined): QueryReader {
  const fields = schema === undefined ? [] : [...fieldsOf(schema)];
  const parameters = new Map(fields.map(([name, field]) => [name, parameterOf(field)]));
  return (search) => {
    const input: Record<string, unknown> = Object.create(null);
    for (const [name, texts] of pairsOf(search)) place(input, parameters, { name, texts });
    return input;
  };
}

function parameterOf(field: Schema): Parameter {
  const def = definitionOf(unwrap(field));
  if (def.type === 'array') return { kind: 'list', read: fromText(def.element) };
  if (def.type !== 'record') return { kind: 'single', read: fromText(field) };
  const value = definitionOf(unwrap(def.valueType));
  if (value.type === 'array') return { kind: 'keyed', listed: true, read: fromText(value.element) };
  return { kind: 'keyed', listed: false, read: fromText(def.valueType) };
}

function pairsOf(search: string): Map<string, string[]> {
  const pairs = new Map<string, string[]>();
  if (search === '') return pairs;
  for (const pair of search.split('&')) {
    if (pair === '') continue;
    const equals = pair.indexOf('=');
    const name = decode(equals === -1 ? pair : pair.slice(0, equals));
    const text = equals === -1 ? '' : decode(pair.slice(equals + 1));
    const texts = pairs.get(name);
    if (texts) texts.push(text);
    else pairs.set(name, [text]);
  }
  return pairs;
}

function place(
  input: Record<string, unknown>,
  parameters: Map<string, Parameter>,
  { name, texts }: { name: string; texts: string[] },
): void {
  const parameter = parameters.get(name);
  if (parameter?.kind === 'list') {
    input[name] = readList(texts, parameter.read);
    return;
  }
  const bracket = parameter === undefined && name.endsWith(']') ? name.indexOf('[') : -1;
  const base = bracket > 0 ? name.slice(0, bracket) : '';
  const keyed = parameters.get(base);
  if (keyed?.kind !== 'keyed') {
    input[name] = readOne(texts, parameter?.read, [name]);
    return;
  }
  const values = input[base] ?? Object.create(null);
  if (typeof values !== 'object') throw refuseInput([{ pointer: pointerTo([base]), message: 'Given more than once' }]);
  const key = name.slice(bracket + 1, -1);
  values[key] = keyed.listed ? readList(texts, keyed.read) : readOne(texts, keyed.read, [base, key]);
  input[base] = values;
}

function readOne(texts: string[], read: FromText | undefined, path: string[]): unknown {
  const [text = '', ...more] = texts;
  if (more.length > 0) throw refuseInput([{ pointer: pointerTo(path), message: 'Given more than once' }]);
  return read ? read(text) : text;
}

/** One value is a list with commas; several are taken as they are, so that a value may contain a comma. */
function readList(texts: string[], read: FromText | undefined): unknown[] {
  const items = texts.length === 1 ? (texts[0] ?? '').split(',') : texts;
  return read ? items.map(read) : items;
}

function pointerTo(path: string[]): string {
  return path.map((part) => `/${part.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
}

/** Percent-decodes once. Throws `invalid_input` for what is not valid, and for NUL, which no text here may contain. */
export function decode(text: string, plusIsSpace = true): string {
  const plain = plusIsSpace && text.includes('+') ? text.replaceAll('+', ' ') : text;
  if (!plain.includes('%')) return plain;
  let decoded: string;
  try {
    decoded = decodeURIComponent(plain);
  } catch {
    throw refuse('invalid_input', { detail: 'The address contains an invalid percent-encoding.' });
  }
  if (decoded.includes('\0')) throw refuse('invalid_input', { detail: 'The address contains a NUL character.' });
  return decoded;
}
