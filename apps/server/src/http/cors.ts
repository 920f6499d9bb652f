const ALLOWED_HEADERS =
  'authorization, content-type, cart-token, order-token, idempotency-key, x-csrf-token, x-request-id, ' +
  'trpc-accept, trpc-batch-mode';
const EXPOSED_HEADERS = 'x-request-id, etag, retry-after, ratelimit, ratelimit-policy, allow';

/** What an answer tells the browser of a page on one of the allowed origins. Cookies are for origins that are named. */
export function corsHeaders(origins: readonly string[], request: Headers): Record<string, string> {
  const origin = request.get('origin');
  if (origins.includes('*')) {
    return { 'access-control-allow-origin': '*', 'access-control-expose-headers': EXPOSED_HEADERS };
  }
  if (origin === null || !origins.includes(origin)) return { vary: 'origin' };
  return {
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
    'access-control-expose-headers': EXPOSED_HEADERS,
    vary: 'origin',
  };
}

/** The answer to a browser's question before the real request; undefined for everything else. */
export function preflight(request: Request, headers: Record<string, string>): Response | undefined {
  if (request.method !== 'OPTIONS' || !request.headers.has('access-control-request-method')) return undefined;
  if (!('access-control-allow-origin' in headers)) return new Response(null, { status: 204 });
  return new Response(null, {
    status: 204,
    headers: {
      'access-control-allow-methods': 'GET, POST, PUT, PATCH, DELETE',
      'access-control-allow-headers': ALLOWED_HEADERS,
      'access-control-max-age': '600',
    },
  });
}
