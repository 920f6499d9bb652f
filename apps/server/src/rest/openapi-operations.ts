import type { Components, Json } from './openapi-components.ts';
import { problemsOf } from './openapi-problems.ts';
import type { RestRoute } from './routes.ts';
import { definitionOf, fieldsOf, isOptional, type Schema, unwrap } from './schema-shape.ts';

/** The operation object of one route. */
export function operationOf(route: RestRoute, components: Components): Json {
  const { rest, idempotent } = route.meta;
  const body = bodyOf(route, components);
  const parameters = [...parametersOf(route, components), ...(idempotent ? [IDEMPOTENCY_KEY_REF] : [])];
  return {
    operationId: route.procedurePath,
    tags: rest.tags,
    summary: rest.summary,
    description: describeAccess(route),
    security: securityOf(route),
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: { [String(route.successStatus)]: successOf(route, components), ...problemsOf(route) },
  };
}

const IDEMPOTENCY_KEY_REF = { $ref: '#/components/parameters/IdempotencyKey' };

function parametersOf(route: RestRoute, components: Components): Json[] {
  if (route.input === undefined) return [];
  const properties = propertiesOf(route.input, components);
  const inPath = new Set(route.parameters.map(({ name }) => name));
  const hasBody = route.method !== 'GET' && route.method !== 'DELETE';
  const fields = [...fieldsOf(route.input)].filter(([name]) => inPath.has(name) || !hasBody);
  const described = fields.map(([name, field]) => {
    const { description, ...schema } = (properties[name] ?? {}) as Json;
    const at = inPath.has(name) ? { in: 'path', required: true } : { in: 'query', required: !isOptional(field) };
    const keyed = definitionOf(unwrap(field)).type === 'record';
    return {
      name,
      ...at,
      ...(description !== undefined && { description }),
      ...(keyed && { style: 'deepObject', explode: true }),
      schema: { ...schema, ...components.mark('input') },
    };
  });
  return described.sort((a, b) => Number(inPath.has(b.name)) - Number(inPath.has(a.name)));
}

function bodyOf(route: RestRoute, components: Components): Json | undefined {
  if (route.input === undefined || route.method === 'GET' || route.method === 'DELETE') return undefined;
  const json = components.add(route.input, 'input');
  const inPath = new Set(route.parameters.map(({ name }) => name));
  const fields = [...fieldsOf(route.input)].filter(([name]) => !inPath.has(name));
  if (fields.length === 0) return undefined;
  const required = fields.some(([, field]) => !isOptional(field));
  const schema = inPath.size === 0 ? json : withoutPathParameters(components.dereference(json, 'input'), inPath);
  const marked = { ...schema, ...components.mark('input') };
  return { required, content: { 'application/json': { schema: marked } } };
}

function withoutPathParameters(json: Json, inPath: Set<string>): Json {
  const properties = Object.fromEntries(
    Object.entries((json['properties'] ?? {}) as Json).filter(([name]) => !inPath.has(name)),
  );
  const required = ((json['required'] ?? []) as string[]).filter((name) => !inPath.has(name));
  const { required: _, ...others } = json;
  return { ...others, properties, ...(required.length > 0 && { required }) };
}

function propertiesOf(input: Schema, components: Components): Json {
  const json = components.dereference(components.add(input, 'input'), 'input');
  return (json['properties'] ?? {}) as Json;
}

function successOf(route: RestRoute, components: Components): Json {
  const description = { 200: 'Done', 201: 'Created', 202: 'Accepted', 204: 'Done, nothing to say' };
  const text = description[route.successStatus as keyof typeof description] ?? 'Done';
  if (route.successStatus === 204 || route.output === undefined) return { description: text };
  return { description: text, content: { 'application/json': { schema: components.add(route.output, 'output') } } };
}

/** What opens a guest's thing: the header that goes with the id in the path. */
function capabilityOf({ path, method }: RestRoute): 'cartToken' | 'orderToken' | undefined {
  if (path === '/v1/carts' && method === 'POST') return undefined;
  if (/^\/v1\/(carts|checkouts|shipping-methods)/.test(path)) return 'cartToken';
  return path.startsWith('/v1/orders/{') ? 'orderToken' : undefined;
}

function securityOf(route: RestRoute): Json[] {
  const accounts = [{ bearerAuth: [] }, { cookieAuth: [] }];
  if (route.meta.access !== 'public') return accounts;
  const capability = capabilityOf(route);
  return [capability === undefined ? {} : { [capability]: [] }, ...accounts];
}

function describeAccess({ meta: { access } }: RestRoute): string {
  if (typeof access === 'object') return `Needs the permission \`${access.permission}\`.`;
  return access === 'customer' ? 'Needs an account.' : 'Open to everybody.';
}
