import { authorize, inputIssue, MediaAsset, UploadedAlt, uploadMedia } from '@cartwright/api';
import { answerJson } from '../http/answer.ts';
import { createCtx, takeAllowance } from '../http/caller.ts';
import type { AppContext } from '../http/exchange.ts';
import { readUploadForm } from './read-form.ts';

/** Uploading a picture in a form: `POST /v1/admin/media`. Nothing is read of it before it is known who sends it. */
export async function uploadForm(c: AppContext): Promise<Response> {
  const { exchange } = c.var;
  await takeAllowance(exchange, 'admin');
  const ctx = await createCtx(exchange, c.req.raw.headers);
  authorize({ access: { permission: 'catalog:write' } }, ctx, 'mutation');
  const { alt, ...form } = await readUploadForm(ctx, c.req.raw);
  const said = UploadedAlt.safeParse(alt);
  if (!said.success) {
    await form.file.discard();
    throw inputIssue('/alt', said.error.issues[0]?.message ?? 'Not a description');
  }
  const asset = await uploadMedia(ctx, { ...form, alt: said.data });
  return answerJson(c, MediaAsset.parse(asset), 201);
}
