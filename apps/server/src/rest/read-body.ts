import { refuse } from '@cartwright/api';
import { limitBody } from '../http/body.ts';
import type { AppContext } from '../http/exchange.ts';

const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;
const utf8 = new TextDecoder('utf-8', { fatal: true });

/**
 * The JSON of the body, or undefined when there is none. Throws `unsupported_media_type`, `payload_too_large` or
 * `invalid_json`.
 */
export async function readJsonBody(c: AppContext): Promise<unknown> {
  await limitBody(c);
  const { headers } = c.req.raw;
  const bytes = await c.req.raw.arrayBuffer();
  if (bytes.byteLength === 0) return undefined;
  const encoding = headers.get('content-encoding');
  if (!JSON_TYPE.test(headers.get('content-type') ?? '') || (encoding !== null && encoding !== 'identity')) {
    throw refuse('unsupported_media_type');
  }
  try {
    return JSON.parse(utf8.decode(bytes));
  } catch {
    throw refuse('invalid_json');
  }
}
