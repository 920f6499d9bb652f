import { open } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { refuse } from '@cartwright/api';
import type { Handler } from 'hono';
import { answer } from './answer.ts';
import type { AppEnv } from './exchange.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,200}(?:\.[A-Za-z0-9_-]{1,40})?\.(png|webp|jpg|jpeg|avif)$/;
const CONTENT_TYPES: Record<string, string> = {
  png: 'image/png',
  webp: 'image/webp',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  avif: 'image/avif',
};

/** Pictures of `directory`, which never change under one name. */
export function mediaHandler(directory: string): Handler<AppEnv> {
  const root = resolve(directory);
  return async (c) => {
    const name = c.req.param('name') ?? '';
    const extension = NAME.exec(name)?.[1];
    const file = extension && (await open(join(root, name), 'r').catch(() => undefined));
    if (!file) throw refuse('not_found');
    try {
      const stat = await file.stat();
      if (!stat.isFile()) throw refuse('not_found');
      const etag = `"${stat.size.toString(36)}-${Math.trunc(stat.mtimeMs).toString(36)}"`;
      const headers = {
        'content-type': CONTENT_TYPES[extension] ?? 'application/octet-stream',
        'cache-control': 'public, max-age=31536000, immutable',
        // Shops on other origins show these pictures.
        'cross-origin-resource-policy': 'cross-origin',
        etag,
      };
      if (matches(c.req.header('if-none-match'), etag)) return answer(c, null, { status: 304, headers });
      return answer(c, new Uint8Array(await file.readFile()), { status: 200, headers });
    } finally {
      await file.close();
    }
  };
}

function matches(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((each) => ['*', etag].includes(each.trim().replace(/^W\//, '')));
}
