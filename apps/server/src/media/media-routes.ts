import { PictureShelf, type Runtime, refuse } from '@cartwright/api';
import { Hono } from 'hono';
import { answer, answerError } from '../http/answer.ts';
import type { AppContext, AppEnv } from '../http/exchange.ts';
import { answerBlob, partOf } from './answer-blob.ts';
import { receiveBytes } from './receive-route.ts';

const FOREVER = 'public, max-age=31536000, immutable';
/** Of another format than the best, which is being made. */
const FOR_NOW = 'public, max-age=60';
/** Of where a crop is shown with its focal point, which may move. */
const FOR_MINUTES = 'public, max-age=300';

const FILE = /^[A-Za-z0-9][A-Za-z0-9_-]{0,200}(?:\.[A-Za-z0-9_-]{1,40})?\.(png|webp|jpg|jpeg|avif)$/;
const TYPES: Record<string, string> = {
  png: 'image/png',
  webp: 'image/webp',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  avif: 'image/avif',
};

/** Pictures, to be mounted at `/media`. They are everybody's: no cookie and no account is looked at. */
export function mediaRoutes(runtime: Runtime): Hono<AppEnv> {
  const routes = new Hono<AppEnv>();
  const shelf = new PictureShelf(runtime);
  const only = (allow: string) => (c: AppContext) => answerError(c, refuse('method_not_allowed'), { allow });

  routes.put('/uploads/:uploadId', receiveBytes);
  routes.all('/uploads/:uploadId', only('PUT'));
  routes.get('/:hash/:shape/:width', (c) => showPicture(c, shelf));
  routes.all('/:hash/:shape/:width', only('GET, HEAD'));
  routes.get('/:name', (c) => showFile(c, runtime));
  routes.all('/:name', only('GET, HEAD'));
  return routes;
}

async function showPicture(c: AppContext, shelf: PictureShelf): Promise<Response> {
  const { hash = '', shape = '', width = '' } = c.req.param();
  const shown = await shelf.show({ hash, shape, width, accept: c.req.header('accept'), range: partOf(c) });
  if ('location' in shown) {
    const headers = {
      location: shown.location,
      'cache-control': FOR_MINUTES,
      'cross-origin-resource-policy': 'cross-origin',
    };
    return answer(c, null, { status: 307, headers });
  }
  const { blob, format, isFinal } = shown;
  return answerBlob(c, blob, {
    contentType: `image/${format}`,
    cacheControl: isFinal ? FOREVER : FOR_NOW,
    fileName: `${hash}.${format}`,
    vary: 'accept',
  });
}

/** A file that was put among the pictures by whoever runs the store, such as the demo's; its name stands for it for good. */
async function showFile(c: AppContext, { blobs }: Runtime): Promise<Response> {
  const name = c.req.param('name') ?? '';
  const contentType = TYPES[FILE.exec(name)?.[1] ?? ''];
  const blob = contentType === undefined ? undefined : await blobs.get(name, partOf(c));
  if (contentType === undefined || blob === undefined) throw refuse('not_found');
  return answerBlob(c, blob, { contentType, cacheControl: FOREVER, fileName: name });
}
