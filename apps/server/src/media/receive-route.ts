import { type Ctx, receiveUpload } from '@cartwright/api';
import { answer } from '../http/answer.ts';
import { takeAllowance } from '../http/caller.ts';
import type { AppContext } from '../http/exchange.ts';

/** Where the bytes of an upload go while pictures are kept in a folder: `PUT /media/uploads/{uploadId}?token=…`. */
export async function receiveBytes(c: AppContext): Promise<Response> {
  const { exchange } = c.var;
  await takeAllowance(exchange, 'admin');
  await receiveUpload(uploaderCtx(c), {
    uploadId: c.req.param('uploadId') ?? '',
    token: c.req.query('token') ?? '',
    contentType: c.req.header('content-type'),
    source: c.req.raw.body ?? nothing(),
  });
  return answer(c, null, { status: 204 });
}

async function* nothing(): AsyncGenerator<Uint8Array> {}

/** Nobody is logged in here, whatever headers say: the token in the address is all that counts. */
function uploaderCtx(c: AppContext): Ctx {
  const { runtime, requestId, now, clientAddress } = c.var.exchange;
  return { ...runtime, actor: { kind: 'guest' }, requestId, now, clientAddress };
}
