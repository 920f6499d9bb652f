import { join, resolve } from 'node:path';
import { refuse } from '@cartwright/api';
import { answerFile } from './answer-file.ts';
import type { AppContext } from './exchange.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,200}(?:\.[A-Za-z0-9_-]{1,40})?\.(png|webp|jpg|jpeg|avif)$/;
const CONTENT_TYPES: Record<string, string> = {
  png: 'image/png',
  webp: 'image/webp',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  avif: 'image/avif',
};

/** Pictures of `directory`, which never change under one name. */
export function mediaHandler(directory: string): (c: AppContext) => Promise<Response> {
  const root = resolve(directory);
  return async (c) => {
    const name = c.req.param('name') ?? '';
    const contentType = CONTENT_TYPES[NAME.exec(name)?.[1] ?? ''];
    if (contentType === undefined) throw refuse('not_found');
    return answerFile(c, join(root, name), {
      'content-type': contentType,
      'cache-control': 'public, max-age=31536000, immutable',
      // Shops on other origins show these pictures.
      'cross-origin-resource-policy': 'cross-origin',
    });
  };
}
