import { type CookieJar, type CookieName, inputIssue, refuse } from '@cartwright/api';
import type { Exchange } from './exchange.ts';

/** `__Host-` keeps other hosts of the domain from setting a cookie; browsers take it on https only. */
export function cookieNameOn(publicUrl: string, name: string): string {
  return publicUrl.startsWith('https:') ? `__Host-${name}` : name;
}

/** The value of a cookie of ours in a `Cookie` header; undefined when it is not there or empty. */
export function readCookie(header: string | null, name: string): string | undefined {
  if (header === null || !header.includes(name)) return undefined;
  const pairs = header.split(';').map((pair) => pair.trim());
  return pairs.find((pair) => pair.startsWith(`${name}=`))?.slice(name.length + 1) || undefined;
}

/** The cookies of one exchange; what is set goes out with its answer, whatever that is. */
export function cookieJar(exchange: Exchange, headers: Headers, inUse: boolean): CookieJar {
  const { publicUrl } = exchange.runtime.config;
  const secure = publicUrl.startsWith('https:') ? '; Secure' : '';
  const write = (name: CookieName, value: string, maxAgeSeconds: number): void => {
    check();
    const text = `${cookieNameOn(publicUrl, name)}=${value}; Max-Age=${maxAgeSeconds}; Path=/; HttpOnly; SameSite=Lax`;
    exchange.cookies.push(text + secure);
  };
  function check(): void {
    if (exchange.streamed) throw inputIssue('', 'A streamed answer carries no cookies');
    if (isUnsafe(exchange.method) && !isFromOwnPage(exchange, headers)) throw refuse('csrf_token_invalid');
  }
  return {
    inUse,
    check,
    read(name) {
      const value = readCookie(headers.get('cookie'), cookieNameOn(publicUrl, name));
      if (value === undefined || headers.has('authorization')) return undefined;
      check();
      return value;
    },
    set: write,
    clear: (name) => write(name, '', 0),
  };
}

/** Whether requests of the method may change something. */
export function isUnsafe(method: string): boolean {
  return method !== 'GET' && method !== 'HEAD' && method !== 'OPTIONS';
}

/**
 * Whether a page of this store, or of an origin in `CORS_ORIGINS`, made the request. Browsers say so themselves, and
 * no page can say it for them; a request of which nothing is known is not taken for ours.
 */
export function isFromOwnPage({ runtime: { config } }: Exchange, headers: Headers): boolean {
  if (headers.get('sec-fetch-site') === 'same-origin') return true;
  const origin = headers.get('origin');
  if (origin === null || origin === 'null') return false;
  return origin === new URL(config.publicUrl).origin || config.corsOrigins.includes(origin);
}
