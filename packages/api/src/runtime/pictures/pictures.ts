/** What files may be uploaded as, by their first bytes. */
export const SOURCE_FORMATS = ['jpeg', 'png', 'gif', 'webp', 'avif'] as const;
export type SourceFormat = (typeof SOURCE_FORMATS)[number];

/** What an uploaded picture is kept as. */
export const KEPT_FORMATS = ['jpeg', 'png', 'webp'] as const;
export type KeptFormat = (typeof KEPT_FORMATS)[number];

/** What a picture is shown as. */
export type ShownFormat = 'avif' | 'webp' | 'jpeg';

/** Why a file is not taken as a picture. */
export const pictureFaults = ['type', 'empty', 'corrupt', 'pixels', 'frames', 'memory', 'time'] as const;
export type PictureFault = (typeof pictureFaults)[number];

/** Thrown for a file that is not taken; `limit` is what it goes beyond. */
export class PictureRefused extends Error {
  override readonly name = 'PictureRefused';
  readonly fault: PictureFault;
  readonly limit: number | undefined;

  constructor(fault: PictureFault, limit?: number) {
    super(`The picture is refused: ${fault}`);
    this.fault = fault;
    this.limit = limit;
  }
}

/** Thrown when more pictures wait than can be worked on soon. */
export class PicturesBusy extends Error {
  override readonly name = 'PicturesBusy';
  readonly retryAfterSeconds: number;

  constructor(retryAfterSeconds: number) {
    super('Too many pictures are being worked on');
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

export interface KeptPicture {
  content: Uint8Array<ArrayBuffer>;
  format: KeptFormat;
  width: number;
  height: number;
  hasAlpha: boolean;
  /** ThumbHash in base64. */
  thumbhash: string;
}

/** In pixels of the picture; all of it without one. */
export interface Crop {
  left: number;
  top: number;
  width: number;
  height: number;
}

export interface Rendering {
  crop: Crop | undefined;
  width: number;
  format: ShownFormat;
}

/** Limits on what is decoded; each is checked on the header, before. */
export interface PictureLimits {
  maxPixels: number;
  maxFrames: number;
  /** What decoding may take in memory, by an estimate. */
  maxDecodeBytes: number;
  /** Of the longer side of what is kept. */
  maxDimension: number;
}

/** Works on pictures outside of this process, a few at once. */
export interface Pictures {
  /**
   * Reads a file that anybody may have made, and answers what is kept of it: upright, in sRGB, the first frame, without
   * metadata, made anew. Throws {@link PictureRefused} and {@link PicturesBusy}.
   */
  keep(path: string): Promise<KeptPicture>;
  /** A smaller picture of one that was kept. `patient` waits its turn, however long. Throws {@link PicturesBusy}. */
  render(kept: Uint8Array, rendering: Rendering, options?: { patient?: boolean }): Promise<Uint8Array<ArrayBuffer>>;
  close(): Promise<void>;
}
