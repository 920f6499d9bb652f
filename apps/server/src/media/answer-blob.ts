import { type Blob, refuse } from '@cartwright/api';
import { answer, answerError } from '../http/answer.ts';
import type { AppContext } from '../http/exchange.ts';
import { type Range, readRange } from './byte-range.ts';

export interface BlobHeaders {
  contentType: string;
  cacheControl: string;
  fileName: string;
  /** The header that the answer depends on, if one. */
  vary?: string;
}

/**
 * The part of a blob that a request asks for, as a function of how many bytes there are. With `If-Range` the whole is
 * read: whether a part may be answered is known with its tag only.
 */
export function partOf(c: AppContext): ((bytes: number) => Range | undefined) | undefined {
  const header = c.req.header('range');
  if (header === undefined || c.req.header('if-range') !== undefined) return undefined;
  return (bytes) => {
    const range = readRange(header, bytes);
    return range === 'unsatisfiable' ? undefined : range;
  };
}

/**
 * A picture, or the part that is asked for, or that the caller has it already. It is shown by pages of any origin, and
 * never run: whatever a browser takes it for, it is alone in a sandbox, and opened by itself it is saved.
 */
export function answerBlob(c: AppContext, blob: Blob, given: BlobHeaders): Response {
  const { content, bytes, etag } = blob;
  const vary = [given.vary, c.var.exchange.headers['vary']].filter((each) => each !== undefined).join(', ');
  const headers: Record<string, string> = {
    'content-type': given.contentType,
    'cache-control': given.cacheControl,
    'content-disposition': `attachment; filename="${given.fileName}"`,
    'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
    'cross-origin-resource-policy': 'cross-origin',
    'accept-ranges': 'bytes',
    etag,
    ...(vary !== '' && { vary }),
  };
  if (isKnown(c.req.header('if-none-match'), etag)) return answer(c, null, { status: 304, headers });
  const ifRange = c.req.header('if-range');
  const range = ifRange === undefined || ifRange === etag ? readRange(c.req.header('range'), bytes) : undefined;
  if (range === undefined) {
    return answer(c, content, { status: 200, headers: { ...headers, 'content-length': String(content.byteLength) } });
  }
  if (range === 'unsatisfiable') {
    return answerError(c, refuse('range_not_satisfiable'), {
      'content-range': `bytes */${bytes}`,
      ...(vary !== '' && { vary }),
    });
  }
  const { start, end } = range;
  const part = content.byteLength === bytes ? content.subarray(start, end + 1) : content;
  const said = { 'content-range': `bytes ${start}-${end}/${bytes}`, 'content-length': String(part.byteLength) };
  return answer(c, part, { status: 206, headers: { ...headers, ...said } });
}

function isKnown(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, '')));
}
