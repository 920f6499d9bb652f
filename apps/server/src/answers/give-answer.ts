import { answer } from '../http/answer.ts';
import type { AppContext } from '../http/exchange.ts';
import { ENCODINGS, encodingFor } from './encoding.ts';
import type { KeptAnswer } from './kept-answer.ts';

/** Who says who they are is answered for themselves; the encodings are other bytes. */
const VARY = 'accept-encoding, authorization, cookie';
/** For callers of whom we know something: nobody else may be given what they got. */
export const PRIVATE = { 'cache-control': 'private, no-store' };

/**
 * The bytes in the encoding that the caller takes, or 304 when they have them. Anybody may keep them as
 * `cacheControl` says; whoever has a cart keeps them out of what others share.
 */
export function giveAnswer(
  c: AppContext,
  kept: KeptAnswer,
  { vary = VARY, status = 200 }: { vary?: string; status?: number } = {},
): Response {
  const { exchange } = c.var;
  const request = c.req.raw.headers;
  const isPrivate = request.has('cart-token');
  const before = exchange.headers['vary'];
  const headers: Record<string, string> = {
    'content-type': kept.origin.contentType,
    'cache-control': isPrivate ? PRIVATE['cache-control'] : exchange.runtime.config.publicCacheControl,
    vary: before === undefined ? vary : `${before}, ${vary}`,
  };
  const known = request.get('if-none-match');
  if (known !== null) {
    const etag = ENCODINGS.map((encoding) => kept.etag(encoding)).find((each) => isIn(known, each));
    if (etag !== undefined) return answer(c, null, { status: 304, headers: { ...headers, etag } });
  }
  const { body, encoding } = kept.give(encodingFor(request.get('accept-encoding'), kept.length));
  headers['etag'] = kept.etag(encoding);
  if (encoding !== 'identity') headers['content-encoding'] = encoding;
  return answer(c, body, { status, headers });
}

/** Whether `If-None-Match` names the tag; a proxy may have made it a weak one. */
function isIn(ifNoneMatch: string, etag: string): boolean {
  return ifNoneMatch.trim() === '*' || ifNoneMatch.split(',').some((each) => each.trim().replace(/^W\//, '') === etag);
}
