/** What is known of a blob without reading it. */
export interface BlobInfo {
  key: string;
  bytes: number;
  modifiedAt: Date;
}

/** Bytes from `start` to `end`, both of them included. */
export interface ByteRange {
  start: number;
  end: number;
}

export interface Blob {
  content: Uint8Array<ArrayBuffer>;
  /** Bytes of the whole blob, of which `content` may be a part. */
  bytes: number;
  /** Quoted; another one for other bytes. */
  etag: string;
}

/** A request that whoever holds it may make until it expires, without other proof. */
export interface PresignedPut {
  url: string;
  headers: Record<string, string>;
}

/**
 * Files by key: in a folder of this machine, or in any store that speaks S3. A key is made of segments joined by
 * slashes, each of letters, digits, `-`, `_`, `.`, not beginning with a dot; another one throws.
 */
export interface BlobStore {
  /** Stores bytes, all of them or none. With `ifAbsent` what is there stays, and false is answered. */
  put(key: string, content: Uint8Array, options: { contentType: string; ifAbsent?: boolean }): Promise<boolean>;
  /** The bytes, or those of a range that lies within; undefined when there is no such blob. */
  get(key: string, range?: (bytes: number) => ByteRange | undefined): Promise<Blob | undefined>;
  stat(key: string): Promise<(BlobInfo & { etag: string }) | undefined>;
  /** Every blob whose key begins with `prefix`, in no particular order, a page at a time. */
  list(prefix: string): AsyncIterable<BlobInfo[]>;
  /** Those that are not there are no mistake. */
  delete(keys: readonly string[]): Promise<void>;
  /** A request that puts exactly so many bytes of one type; undefined where the store takes none but our own. */
  presignPut(
    key: string,
    options: { contentType: string; bytes: number; expiresInSeconds: number },
  ): Promise<PresignedPut | undefined>;
}

const KEY = /^[A-Za-z0-9_-][A-Za-z0-9._-]*(?:\/[A-Za-z0-9_-][A-Za-z0-9._-]*)*$/;
const MAX_KEY_LENGTH = 500;

/** Throws for a key that could lead anywhere else. */
export function assertKey(key: string): void {
  if (key.length > MAX_KEY_LENGTH || !KEY.test(key)) throw new TypeError(`Not a key of a blob: ${JSON.stringify(key)}`);
}
