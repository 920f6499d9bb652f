import { once } from 'node:events';
import type { Readable } from 'node:stream';
import { type Ctx, DomainError, refuseMedia, type SpooledFile, spoolUpload } from '@cartwright/api';
import { Busboy, type BusboyInstance } from '@fastify/busboy';

/** What a form is made of besides the file: boundaries, headers, a description. */
const OVERHEAD_BYTES = 64 * 1024;
const LIMITS = { files: 1, fields: 4, parts: 6, fieldSize: 4096, headerPairs: 20, headerSize: 8192 };

export interface UploadForm {
  file: SpooledFile;
  fileName: string | undefined;
  alt: string | undefined;
}

const invalid = (detail?: string): DomainError => refuseMedia('media_form_invalid', detail ? { detail } : {});

/**
 * Reads a form with one file in the field `file`, and perhaps its description in `alt`, writing the file down as it
 * comes. Throws `media_form_invalid` or `media_too_many_bytes`; then nothing of it is left.
 */
export async function readUploadForm(ctx: Ctx, request: Request): Promise<UploadForm> {
  const limit = ctx.config.media.maxBytes + OVERHEAD_BYTES;
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooMuch(ctx);
  if (request.body === null) throw invalid();
  const form = new Form(ctx, openParser(request.headers));
  let bytes = 0;
  try {
    for await (const chunk of request.body) {
      bytes += chunk.byteLength;
      if (bytes > limit) throw tooMuch(ctx);
      await form.write(chunk);
    }
    return await form.end();
  } catch (error) {
    await form.abandon();
    throw error instanceof DomainError ? error : invalid();
  }
}

const tooMuch = ({ config }: Ctx) => refuseMedia('media_too_many_bytes', { details: { limit: config.media.maxBytes } });

function openParser(headers: Headers): BusboyInstance {
  const contentType = headers.get('content-type') ?? '';
  if (!/^multipart\/form-data\s*;/i.test(contentType)) throw invalid();
  try {
    return new Busboy({ headers: { 'content-type': contentType }, limits: LIMITS });
  } catch {
    throw invalid('The form names no boundary.');
  }
}

/** One form as it comes; the first thing that is wrong with it ends it. */
class Form {
  readonly #parser: BusboyInstance;
  readonly #failure = Promise.withResolvers<never>();
  readonly #finished: Promise<unknown>;
  #stream: Readable | undefined;
  #spooled: Promise<SpooledFile> | undefined;
  #fileName: string | undefined;
  #alt: string | undefined;

  constructor(ctx: Ctx, parser: BusboyInstance) {
    this.#parser = parser;
    this.#failure.promise.catch(() => undefined);
    this.#finished = new Promise<void>((resolve) => parser.once('finish', resolve));
    const fail = (error: unknown): void => this.#failure.reject(error);
    parser.on('error', () => fail(invalid()));
    for (const limit of ['filesLimit', 'fieldsLimit', 'partsLimit']) {
      parser.on(limit, () => fail(invalid('The form has more parts than one file and its description.')));
    }
    parser.on('file', (name, stream, fileName) => {
      // Listened to from the beginning: what breaks off before it is read would end this process, and never be read.
      stream.on('error', (error) => stream.destroy(error));
      this.#stream = stream;
      if (name !== 'file') return fail(invalid(`The form has no field "${fieldName(name)}".`));
      this.#fileName = fileName;
      this.#spooled = spoolUpload(ctx, stream);
      this.#spooled.catch(fail);
    });
    parser.on('field', (name, value, nameTruncated, valueTruncated) => {
      if (name !== 'alt') return fail(invalid(`The form has no field "${fieldName(name)}".`));
      if (nameTruncated || valueTruncated) return fail(invalid('The description is too long.'));
      this.#alt = value;
    });
  }

  async write(chunk: Uint8Array): Promise<void> {
    const wantsMore = this.#parser.write(chunk);
    await Promise.race([this.#failure.promise, wantsMore ? undefined : once(this.#parser, 'drain')]);
  }

  async end(): Promise<UploadForm> {
    this.#parser.end();
    await Promise.race([this.#failure.promise, this.#finished]);
    if (this.#spooled === undefined) throw invalid('The form has no file.');
    const file = await Promise.race([this.#failure.promise, this.#spooled]);
    return { file, fileName: this.#fileName, alt: this.#alt };
  }

  /** Leaves nothing behind. */
  async abandon(): Promise<void> {
    this.#stream?.destroy();
    this.#parser.destroy();
    const file = await this.#spooled?.catch(() => undefined);
    await file?.discard();
  }
}

/** A name in the answer is what was sent, and no longer than a name. */
const fieldName = (name: string | undefined): string => (name ?? '').slice(0, 50);
