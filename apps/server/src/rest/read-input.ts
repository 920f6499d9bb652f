import type { AppContext } from '../http/exchange.ts';
import { fromText, reviveDates } from './coerce.ts';
import { readJsonBody } from './read-body.ts';
import { queryReader, refuseInput } from './read-query.ts';
import type { RestRoute } from './routes.ts';
import { fieldsOf } from './schema-shape.ts';

/** Collects a request's input for its procedure, still to be checked by the procedure's schema. */
export type InputReader = (
  c: AppContext,
  address: { segments: readonly string[]; search: string },
) => Promise<unknown> | unknown;

/** Path and query for GET and DELETE, path and JSON body for the others; built once per route. */
export function inputReader(route: RestRoute): InputReader {
  const fields = route.input === undefined ? new Map() : fieldsOf(route.input);
  const parameters = route.parameters.map(({ name, index }) => {
    const field = fields.get(name);
    if (field === undefined) throw new TypeError(`${route.procedurePath} has no input ${name} for ${route.path}`);
    return { name, index, read: fromText(field) };
  });
  const addParameters = (input: Record<string, unknown>, segments: readonly string[]): void => {
    for (const { name, index, read } of parameters) {
      if (Object.hasOwn(input, name)) throw refuseInput([{ pointer: `/${name}`, message: 'Given by the path' }]);
      const text = segments[index] ?? '';
      input[name] = read ? read(text) : text;
    }
  };
  const readQuery = queryReader(route.input);
  const hasInput = route.input !== undefined;
  if (route.method === 'GET' || route.method === 'DELETE') {
    return (_c, { segments, search }) => {
      const input = readQuery(search);
      addParameters(input, segments);
      return hasInput ? input : nothingIn(input);
    };
  }
  const revive = route.input && reviveDates(route.input);
  const refuseQuery = queryReader(undefined);
  return async (c, { segments, search }) => {
    nothingIn(refuseQuery(search));
    const json = await readJsonBody(c);
    const body = json === undefined ? {} : json;
    if (typeof body !== 'object' || body === null || Array.isArray(body)) {
      throw refuseInput([{ pointer: '', message: 'Expected an object' }]);
    }
    const input = { ...((revive ? revive(body) : body) as Record<string, unknown>) };
    addParameters(input, segments);
    return hasInput ? input : nothingIn(input);
  };
}

function nothingIn(input: Record<string, unknown>): undefined {
  const names = Object.keys(input);
  if (names.length === 0) return undefined;
  throw refuseInput(names.slice(0, 50).map((name) => ({ pointer: `/${name}`, message: 'Unknown field' })));
}
