import { type ErrorCode, errorCodes, errorDefinitions, errorKinds } from '@cartwright/api';
import type { Json } from './openapi-components.ts';
import type { RestRoute } from './routes.ts';

const NAMES: Record<number, string> = {
  400: 'BadRequest',
  401: 'Unauthenticated',
  402: 'PaymentDeclined',
  403: 'Forbidden',
  404: 'NotFound',
  409: 'Conflict',
  413: 'PayloadTooLarge',
  415: 'UnsupportedMediaType',
  416: 'RangeNotSatisfiable',
  422: 'RuleViolated',
  429: 'TooManyRequests',
  500: 'Internal',
  503: 'Unavailable',
};

/** Every status a problem can have, with the codes that come under it. */
export function problemResponses(): Json {
  return Object.fromEntries(Object.entries(NAMES).map(([status, name]) => [name, problemResponse(Number(status))]));
}

function problemResponse(status: number): Json {
  const codes = errorCodes.filter((code) => errorKinds[errorDefinitions[code].kind].http === status);
  const described = codes.map((code: ErrorCode) => `- \`${code}\`: ${errorDefinitions[code].title}`);
  const retry = status === 429 || status === 503;
  return {
    description: described.join('\n'),
    ...(retry && {
      headers: { 'Retry-After': { description: 'Seconds to wait', schema: { type: 'integer', minimum: 1 } } },
    }),
    content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
  };
}

/** The problems that an operation can answer, by what it takes and who may call it. */
export function problemsOf(route: RestRoute): Json {
  const writes = route.type === 'mutation';
  // What reads a cart or an order can miss it, and can meet totals that cannot be counted.
  const readsOwn = route.limit === 'cart';
  const statuses = [
    400,
    401,
    ...(route.procedurePath.startsWith('checkout.') ? [402] : []),
    ...(typeof route.meta.access === 'object' ? [403] : []),
    ...(route.parameters.length > 0 || writes || readsOwn ? [404] : []),
    ...(writes ? [409, 413, 415] : []),
    ...(writes || readsOwn ? [422] : []),
    429,
    500,
    503,
  ];
  return Object.fromEntries(
    statuses.map((status) => [String(status), { $ref: `#/components/responses/${NAMES[status]}` }]),
  );
}

/** The codes as a schema, so that generated clients can switch over them. */
export function errorCodeSchema(): Json {
  return { type: 'string', enum: [...errorCodes].sort(), description: 'Stable; each is explained at its `type`.' };
}
