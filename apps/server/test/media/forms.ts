import type { createApp } from '../../src/index.ts';

type App = Pick<ReturnType<typeof createApp>, 'request'>;

export interface Sent {
  content: Uint8Array;
  fileName?: string;
  type?: string;
}

export interface Uploaded {
  status: number;
  code?: string;
  headers: Headers;
  body: Record<string, unknown> & { id: string; hash: string; details?: Record<string, unknown> };
}

export async function answerOf(response: Response): Promise<Uploaded> {
  const body = (await response.json()) as Uploaded['body'] & { code?: string };
  return {
    status: response.status,
    ...(body.code !== undefined && { code: body.code }),
    headers: response.headers,
    body,
  };
}

/** Sends a form with a file, and perhaps more. */
export async function sendForm(
  app: App,
  { content, fileName = 'kettle.png', type = 'image/png' }: Sent,
  { fields = {}, headers = {} }: { fields?: Record<string, string | Sent>; headers?: Record<string, string> } = {},
): Promise<Uploaded> {
  const form = new FormData();
  form.set('file', new File([new Uint8Array(content)], fileName, { type }));
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') form.append(name, value);
    else form.append(name, new File([new Uint8Array(value.content)], value.fileName ?? 'other.png'));
  }
  // Written out: a form that is still being made does not bear to be cut off.
  const written = new Response(form);
  const contentType = written.headers.get('content-type') ?? '';
  return sendBody(app, new Uint8Array(await written.arrayBuffer()), { ...headers, 'content-type': contentType });
}

/** Sends bytes as they are, as a form of the given boundary. */
export async function sendBody(
  app: App,
  body: Uint8Array<ArrayBuffer> | string | ReadableStream<Uint8Array>,
  headers: Record<string, string>,
): Promise<Uploaded> {
  const content = { 'content-type': 'multipart/form-data; boundary=b', ...headers };
  const init = { method: 'POST', headers: content, body, duplex: 'half' };
  return answerOf(await app.request('/v1/admin/media', init as RequestInit));
}

/** A part of a form of the boundary `b`. */
export function part(disposition: string, content: string, type = 'image/png'): string {
  return `--b\r\nContent-Disposition: form-data; ${disposition}\r\nContent-Type: ${type}\r\n\r\n${content}\r\n`;
}
