import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

export const ENCODINGS = ['identity', 'gzip', 'br'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/** Below so many characters, the head of an answer outweighs what compressing takes off its body. */
const WORTH_LENGTH = 1024;
// Made once an answer that is kept: the middle between size and the time for which nothing else is done.
const GZIP = { level: 6 };
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } };

/** The smallest encoding that the caller takes, by its `Accept-Encoding`. */
export function encodingFor(accept: string | null, length: number): Encoding {
  if (accept === null || length < WORTH_LENGTH) return 'identity';
  const [gzip, br] = acceptedOf(accept);
  return br ? 'br' : gzip ? 'gzip' : 'identity';
}

export function encode(body: Uint8Array, encoding: Exclude<Encoding, 'identity'>): Buffer<ArrayBuffer> {
  return encoding === 'br' ? brotliCompressSync(body, BROTLI) : gzipSync(body, GZIP);
}

// Browsers send one of a handful; whoever sends another each time must not fill the memory.
const MAX_KNOWN = 100;
const known = new Map<string, readonly [gzip: boolean, br: boolean]>();

function acceptedOf(accept: string): readonly [gzip: boolean, br: boolean] {
  const before = known.get(accept);
  if (before) return before;
  const takes = (name: string): boolean => {
    const named = accept.split(',').map((each) => each.split(';').map((part) => part.trim().toLowerCase()));
    const [, weight = 'q=1'] = named.find(([each]) => each === name) ?? ['', 'q=0'];
    return !/^q=0(\.0*)?$/.test(weight);
  };
  const accepted = [takes('gzip'), takes('br')] as const;
  if (known.size < MAX_KNOWN) known.set(accept, accepted);
  return accepted;
}
