import { isIP } from 'node:net';
import { unmapAddress } from '@cartwright/api';
import { type AppContext, incomingOf } from './exchange.ts';

/**
 * Where a request came from: the entry of `X-Forwarded-For` that the outermost of our `trustedProxies` wrote, since
 * everything left of it is the caller's own claim; the socket's address when no proxy is trusted.
 */
export function clientAddress(c: AppContext, trustedProxies: number): string {
  const socket = incomingOf(c)?.socket?.remoteAddress ?? '127.0.0.1';
  if (trustedProxies === 0) return unmapAddress(socket);
  const forwarded = c.req.raw.headers.get('x-forwarded-for');
  const hops = forwarded === null ? [] : forwarded.split(',');
  const hop = hops[Math.max(0, hops.length - trustedProxies)]?.trim() ?? '';
  const address = withoutPort(hop);
  return unmapAddress(isIP(address) === 0 ? socket : address);
}

/** Some proxies write `192.0.2.1:443` or `[2001:db8::1]:443`. */
function withoutPort(hop: string): string {
  if (hop.startsWith('[')) return hop.slice(1, hop.indexOf(']'));
  const colon = hop.indexOf(':');
  return colon !== -1 && colon === hop.lastIndexOf(':') ? hop.slice(0, colon) : hop;
}
