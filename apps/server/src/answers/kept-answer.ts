import { hash } from 'node:crypto';
import { type Encoding, encode } from './encoding.ts';

/** What an answer is made of besides its body. */
export interface Origin {
  contentType: string;
  /** What it was made of, for telling whether that has changed; undefined for anything. */
  tags: readonly string[] | undefined;
  /** The number of the last change before it was read. */
  at: number;
  /** Until then it is given as it is, and after that for a while once more, while it is read anew. */
  freshUntil: number;
  keptUntil: number;
}

/** The bytes of an answer as they go out, in every encoding that was asked for. */
export class KeptAnswer {
  readonly body: Buffer<ArrayBuffer>;
  readonly origin: Origin;
  /** The last change up to which it is known to be unchanged. */
  checkedAt: number;
  /** Addresses under which it was asked for. */
  readonly aliases: string[] = [];
  readonly #encoded: Partial<Record<Encoding, Buffer<ArrayBuffer>>> = {};
  #etag: string | undefined;
  #timesGiven = 0;

  constructor(body: string, origin: Origin) {
    this.body = Buffer.from(body);
    this.origin = origin;
    this.checkedAt = origin.at;
  }

  /** Bytes in memory. */
  get size(): number {
    const { identity, gzip, br } = this.#encoded;
    return this.body.length + (identity?.length ?? 0) + (gzip?.length ?? 0) + (br?.length ?? 0);
  }

  /** The strong tag of the bytes in an encoding: other bytes, another tag. */
  etag(encoding: Encoding): string {
    this.#etag ??= hash('sha1', this.body, 'base64url');
    return encoding === 'identity' ? `"${this.#etag}"` : `"${this.#etag}-${encoding}"`;
  }

  /** The bytes in an encoding, or undefined for an answer that may well be given only once. */
  bytes(encoding: Encoding): Buffer<ArrayBuffer> | undefined {
    this.#timesGiven += 1;
    if (encoding === 'identity') return this.body;
    if (this.#timesGiven === 1) return undefined;
    this.#encoded[encoding] ??= encode(this.body, encoding);
    return this.#encoded[encoding];
  }
}
