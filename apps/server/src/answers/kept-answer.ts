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

/** The body of an answer as it goes out, in every encoding that was asked for. */
export class KeptAnswer {
  readonly origin: Origin;
  /** Characters of the body. */
  readonly length: number;
  /** The last change up to which it is known to be unchanged. */
  checkedAt: number;
  /** Addresses under which it was asked for. */
  readonly aliases: string[] = [];
  readonly #encoded: Partial<Record<Encoding, Buffer<ArrayBuffer>>> = {};
  /** Until it is given a second time: many an answer never is, and needs no bytes of its own. */
  #text: string | undefined;
  #wasGiven = false;
  #etag: string | undefined;

  constructor(text: string, origin: Origin) {
    this.#text = text;
    this.length = text.length;
    this.origin = origin;
    this.checkedAt = origin.at;
  }

  get text(): string {
    return this.#text ?? this.#bytes('identity').toString();
  }

  /** Bytes in memory. */
  get size(): number {
    const { identity, gzip, br } = this.#encoded;
    return (identity?.length ?? 2 * this.length) + (gzip?.length ?? 0) + (br?.length ?? 0);
  }

  /** The strong tag of the bytes in an encoding: other bytes, another tag. */
  etag(encoding: Encoding): string {
    this.#etag ??= hash('sha1', this.#text ?? this.#bytes('identity'), 'base64url');
    return encoding === 'identity' ? `"${this.#etag}"` : `"${this.#etag}-${encoding}"`;
  }

  /** The body in an encoding; as it is when it is given for the first time, which may well be the last. */
  give(encoding: Encoding): { body: string | Buffer<ArrayBuffer>; encoding: Encoding } {
    if (this.#wasGiven) return { body: this.#bytes(encoding), encoding };
    this.#wasGiven = true;
    return { body: this.text, encoding: 'identity' };
  }

  #bytes(encoding: Encoding): Buffer<ArrayBuffer> {
    this.#encoded.identity ??= Buffer.from(this.#text ?? '');
    this.#text = undefined;
    if (encoding !== 'identity') this.#encoded[encoding] ??= encode(this.#encoded.identity, encoding);
    return this.#encoded[encoding] ?? this.#encoded.identity;
  }
}
