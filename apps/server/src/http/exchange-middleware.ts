import type { Runtime } from '@cartwright/api';
import type { MiddlewareHandler } from 'hono';
import { SharedAnswers } from '../answers/shared-answers.ts';
import { clientAddress } from './client-address.ts';
import { corsHeaders, preflight } from './cors.ts';
import type { AppEnv, Exchange } from './exchange.ts';
import { securityHeaders } from './security-headers.ts';

const REQUEST_ID = /^[A-Za-z0-9][A-Za-z0-9._:-]{0,63}$/;

/** The one middleware: who asks, under which id, and the headers of whatever is answered. */
export function exchangeMiddleware(runtime: Runtime): MiddlewareHandler<AppEnv> {
  const { config, clock, ids, log } = runtime;
  const common = securityHeaders(config.publicUrl);
  const sharedAnswers = new SharedAnswers({
    changes: runtime.changes,
    freshMs: config.catalogCacheMs,
    secondLevel: config.redisUrl === undefined ? undefined : runtime.cache,
  });
  const crossOrigin = config.corsOrigins.length > 0;
  const logsRequests = config.logLevel === 'debug';
  return async (c, next) => {
    const { raw } = c.req;
    const now = clock.now();
    const given = raw.headers.get('x-request-id');
    const requestId = given !== null && REQUEST_ID.test(given) ? given : ids.uuid(now);
    const headers: Record<string, string> = { ...common, 'x-request-id': requestId };
    if (crossOrigin) Object.assign(headers, corsHeaders(config.corsOrigins, raw.headers));
    const address = clientAddress(c, config.trustedProxies);
    const exchange: Exchange = {
      runtime,
      sharedAnswers,
      requestId,
      method: raw.method,
      now,
      headers,
      clientAddress: address,
      cookies: [],
    };
    c.set('exchange', exchange);
    const startedAt = logsRequests ? performance.now() : 0;
    const early = crossOrigin ? preflight(raw, headers) : undefined;
    if (early) c.res = early;
    else await next();
    if (c.res !== exchange.answered) addHeaders(c.res, headers);
    for (const cookie of exchange.cookies) c.res.headers.append('set-cookie', cookie);
    if (logsRequests) {
      const ms = Math.round(performance.now() - startedAt);
      log.debug({ requestId, method: raw.method, path: c.req.path, status: c.res.status, ms }, 'request');
    }
  };
}

function addHeaders(response: Response, headers: Record<string, string>): void {
  for (const [name, value] of Object.entries(headers)) {
    // What an answer depends on adds up; of everything else, the answer's own goes first.
    if (name === 'vary') response.headers.append(name, value);
    else if (!response.headers.has(name)) response.headers.set(name, value);
  }
}
