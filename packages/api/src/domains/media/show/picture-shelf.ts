import { media, transaction } from '@cartwright/db';
import type { Runtime } from '../../../context.ts';
import { BoundedMap } from '../../../kit/bounded-map.ts';
import { secondsAfter } from '../../../kit/clock.ts';
import { MEDIA_WIDTHS, mediaPath } from '../../../kit/media-url.ts';
import type { Blob, ByteRange } from '../../../runtime/blobs/blob-store.ts';
import type { ShownFormat } from '../../../runtime/pictures/pictures.ts';
import { derivativeKey, readShape, type Shape } from '../blob-keys.ts';
import { refuse } from '../errors.ts';
import { pictureRefusal } from '../uploads/refusal.ts';
import { acceptedFormats } from './accepted-format.ts';
import { type Derivative, makeDerivative } from './make-derivative.ts';

const HASH = /^[0-9a-f]{32}$/;
const KNOWN_ASSETS = 10_000;
/** An asset's id never changes; that it is gone may be noticed so much later. */
const KNOWN_SECONDS = 60;
const ASKED_SECONDS = 600;

export interface PictureRequest {
  hash: string;
  shape: string;
  width: string;
  /** Value of the `Accept` header. */
  accept: string | undefined;
  range?: ((bytes: number) => ByteRange | undefined) | undefined;
}

export type ShownPicture =
  /** `isFinal`: whoever accepts the same will always be shown the same. */
  | { blob: Blob; format: ShownFormat; isFinal: boolean }
  /** The shape has no focal point: where it is shown with the one it has now. */
  | { location: string };

interface Known {
  asset: media.ShownAsset;
  until: Date;
}

/** The pictures that one process shows: made at their first request, by one of those who ask at once. */
export class PictureShelf {
  readonly #runtime: Runtime;
  readonly #known = new BoundedMap<Known>(KNOWN_ASSETS);
  readonly #asked = new BoundedMap<Date>(KNOWN_ASSETS);
  readonly #making = new Map<string, Promise<Blob | undefined>>();

  constructor(runtime: Runtime) {
    this.#runtime = runtime;
  }

  /**
   * A picture in the best format that the caller accepts. AVIF takes long, so that it is made by the worker, and
   * another format is answered until it is there. Refuses with `media_not_found`, `media_busy`.
   */
  async show(request: PictureRequest): Promise<ShownPicture> {
    const shape = readShape(request.shape);
    const width = MEDIA_WIDTHS.find((each) => String(each) === request.width);
    if (shape === undefined || width === undefined || !HASH.test(request.hash)) throw refuse('media_not_found');
    const { hash, range } = request;
    if (shape.crop !== undefined && shape.focal === undefined) return this.#current(hash, shape, width);
    const asset = await this.#assetOf(hash);
    const [best, ...others] = acceptedFormats(request.accept);
    if (best === 'avif') {
      const blob = await this.#runtime.blobs.get(derivativeKey(asset.id, { shape, width, format: 'avif' }), range);
      if (blob) return { blob, format: 'avif', isFinal: true };
      const [instead = 'jpeg'] = others;
      const answer = await this.#stored(hash, { shape, width, format: instead }, range);
      await this.#askFor(asset.id, request.shape, width);
      return { ...answer, isFinal: false };
    }
    return this.#stored(hash, { shape, width, format: best ?? 'jpeg' }, range);
  }

  async #current(hash: string, { crop }: Shape, width: number): Promise<ShownPicture> {
    const { focalX, focalY } = await this.#read(hash);
    if (crop === undefined) throw refuse('media_not_found');
    return { location: mediaPath(hash, { crop, focal: { x: focalX, y: focalY } }, String(width)) };
  }

  async #stored(
    hash: string,
    derivative: Derivative,
    range: PictureRequest['range'],
  ): Promise<Extract<ShownPicture, { blob: Blob }>> {
    const { format } = derivative;
    const { id } = await this.#assetOf(hash);
    const blob = await this.#runtime.blobs.get(derivativeKey(id, derivative), range);
    if (blob) return { blob, format, isFinal: true };
    const made = await this.#make(hash, derivative);
    if (made === undefined) throw refuse('media_not_found');
    const part = range?.(made.bytes);
    const content = part ? made.content.subarray(part.start, part.end + 1) : made.content;
    return { blob: { ...made, content }, format, isFinal: true };
  }

  /** One of those who ask at once makes it. */
  async #make(hash: string, derivative: Derivative): Promise<Blob | undefined> {
    // Read anew: the picture may be gone, or its focal point moved. What was moved away from is made no more.
    const asset = await this.#read(hash);
    const { focal } = derivative.shape;
    if (focal && (focal.x !== asset.focalX || focal.y !== asset.focalY)) throw refuse('media_not_found');
    const key = derivativeKey(asset.id, derivative);
    const making = this.#making.get(key) ?? makeDerivative(this.#runtime, asset, derivative);
    this.#making.set(key, making);
    try {
      return await making;
    } catch (error) {
      throw pictureRefusal(error);
    } finally {
      this.#making.delete(key);
    }
  }

  /** Has the worker make a picture in AVIF; no more often than every few minutes, whoever asks. */
  async #askFor(mediaId: string, shape: string, width: number): Promise<void> {
    const { clock, db, queue } = this.#runtime;
    const key = `${mediaId}/${shape}/${width}`;
    const now = clock.now();
    const again = this.#asked.get(key);
    if (again !== undefined && again > now) return;
    this.#asked.set(key, secondsAfter(now, ASKED_SECONDS));
    await transaction(db, (tx) => queue.add(tx, 'media.derive', { mediaId, shape, width }));
  }

  async #assetOf(hash: string): Promise<media.ShownAsset> {
    const known = this.#known.get(hash);
    if (known !== undefined && known.until > this.#runtime.clock.now()) return known.asset;
    return this.#read(hash);
  }

  async #read(hash: string): Promise<media.ShownAsset> {
    const { clock, db } = this.#runtime;
    const asset = await media.findShownAsset(db, { hash });
    if (asset === undefined) {
      this.#known.delete(hash);
      throw refuse('media_not_found');
    }
    this.#known.set(hash, { asset, until: secondsAfter(clock.now(), KNOWN_SECONDS) });
    return asset;
  }
}
