import { open } from 'node:fs/promises';
import { refuse } from '@cartwright/api';
import { answer } from './answer.ts';
import type { AppContext } from './exchange.ts';

/**
 * A whole file, or 304 when the caller has it already; the tag is made of size and time of change.
 * Throws `not_found` where there is no such file.
 */
export async function answerFile(c: AppContext, path: string, headers: Record<string, string>): Promise<Response> {
  const file = await open(path, 'r').catch(() => undefined);
  if (file === undefined) throw refuse('not_found');
  try {
    const stat = await file.stat();
    if (!stat.isFile()) throw refuse('not_found');
    const etag = `"${stat.size.toString(36)}-${Math.trunc(stat.mtimeMs).toString(36)}"`;
    const all = { ...headers, etag };
    if (matches(c.req.header('if-none-match'), etag)) return answer(c, null, { status: 304, headers: all });
    return answer(c, new Uint8Array(await file.readFile()), { status: 200, headers: all });
  } finally {
    await file.close();
  }
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, '')));
}
