import { ACCESS_COOKIE, Problem } from '@cartwright/api';
import { Components, type Json } from './openapi-components.ts';
import { operationOf } from './openapi-operations.ts';
import { errorCodeSchema, problemResponses } from './openapi-problems.ts';
import { rawPaths } from './openapi-raw-routes.ts';
import { type RestRoute, restRoutes } from './routes.ts';

const DESCRIPTION = `Cartwright over REST. Amounts are integer minor units with a currency, times are ISO 8601 in UTC.
Every refusal is an RFC 9457 problem with a stable \`code\`. Unknown fields and parameters are refused.`;

/** The OpenAPI 3.1 document of every route: a pure function of the procedures, so that it can be compared in CI. */
export function openApiDocument(routes: readonly RestRoute[] = restRoutes()): object {
  const components = new Components();
  components.add(Problem, 'output');
  const paths: Record<string, Json> = {};
  for (const route of routes) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, components) };
  }
  for (const [path, raw] of Object.entries(rawPaths)) paths[path] = { ...paths[path], ...(raw as Json) };
  const operations = Object.values(paths).flatMap((path) => Object.values(path) as { tags: string[] }[]);
  const tags = [...new Set(operations.flatMap((operation) => operation.tags))].sort();
  return {
    openapi: '3.1.0',
    info: { title: 'Cartwright', version: '1', description: DESCRIPTION, license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: '/' }],
    tags: tags.map((name) => ({ name })),
    paths: components.resolve(paths),
    components: {
      schemas: withErrorCodes(components.schemas()),
      responses: problemResponses(),
      parameters: {
        IdempotencyKey: {
          name: 'Idempotency-Key',
          in: 'header',
          description: 'Repeating a request with its key gives the first answer again instead of doing it twice.',
          schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[!-~]+$' },
        },
      },
      securitySchemes: {
        bearerAuth: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT', description: 'An access token' },
        cookieAuth: {
          type: 'apiKey',
          in: 'cookie',
          name: ACCESS_COOKIE,
          description:
            'What a log-in with `session: cookie` leaves in the browser, called `__Host-…` on https. Whatever changes ' +
            'something needs the `csrfToken` of the log-in as `X-CSRF-Token`, from a page of the store.',
        },
        cartToken: { type: 'apiKey', in: 'header', name: 'Cart-Token', description: 'What opens a guest’s cart' },
        orderToken: { type: 'apiKey', in: 'header', name: 'Order-Token', description: 'What opens a guest’s order' },
      },
    },
  };
}

function withErrorCodes(schemas: Json): Json {
  const problem = schemas['Problem'] as { properties: Json };
  const properties = { ...problem.properties, code: { $ref: '#/components/schemas/ErrorCode' } };
  const all = { ...schemas, ErrorCode: errorCodeSchema(), Problem: { ...problem, properties } };
  return Object.fromEntries(Object.entries(all).sort(([a], [b]) => (a < b ? -1 : 1)));
}
