import { refuse } from '@cartwright/api';
import { type AppContext, incomingOf } from './exchange.ts';

/** Largest body of any request, in bytes. */
const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Refuses a body beyond {@link MAX_BODY_BYTES} with `payload_too_large`: by its declared length (which the HTTP parser
 * holds the sender to), or by counting what arrives when none is declared.
 */
export async function limitBody(c: AppContext): Promise<void> {
  const { headers } = c.req.raw;
  const declared = headers.get('content-length');
  if (declared !== null && !headers.has('transfer-encoding')) {
    if (Number(declared) > MAX_BODY_BYTES) throw refuse('payload_too_large');
    return;
  }
  if (!headers.has('transfer-encoding') && incomingOf(c) !== undefined) return;
  if (c.req.raw.body === null) return;
  c.req.raw = new Request(c.req.raw, { body: await readCounted(c.req.raw.body) });
}

async function readCounted(stream: ReadableStream<Uint8Array>): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  const reader = stream.getReader();
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    size += read.value.byteLength;
    if (size > MAX_BODY_BYTES) {
      await reader.cancel().catch(() => undefined);
      throw refuse('payload_too_large');
    }
    chunks.push(read.value);
  }
  return Buffer.concat(chunks);
}
