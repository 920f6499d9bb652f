import sharp from 'sharp';
import type { Runtime } from '../context.ts';
import type { MediaAsset } from '../domains/media/schema.ts';
import { createUpload } from '../domains/media/uploads/create-upload.ts';
import { uploadMedia } from '../domains/media/uploads/upload-media.ts';
import { makeCtx } from './index.ts';

let made = 0;

/** A small PNG that nobody has made before. */
export async function newPicture(size: { width?: number; height?: number } = {}): Promise<Uint8Array<ArrayBuffer>> {
  made += 1;
  const background = { r: made % 256, g: Math.floor(made / 256) % 256, b: 77 };
  const { width = 24, height = 16 } = size;
  return new Uint8Array(
    await sharp({ create: { width, height, channels: 3, background } })
      .png()
      .toBuffer(),
  );
}

/** Uploads a picture, as staff would in a form. */
export async function uploadTestPicture(
  runtime: Runtime,
  options: { content?: Uint8Array; fileName?: string; alt?: string } = {},
): Promise<MediaAsset> {
  const { content = await newPicture(), fileName, alt } = options;
  const file = await runtime.spool.write(chunksOf(content), { maxBytes: content.byteLength });
  return uploadMedia(makeCtx(runtime), { file, fileName, alt });
}

/** Begins an upload whose bytes have arrived; answers its id. */
export async function beginTestUpload(runtime: Runtime): Promise<string> {
  const content = await newPicture();
  const input = { contentType: 'image/png', bytes: content.byteLength } as const;
  const { uploadId } = await createUpload(makeCtx(runtime), input);
  await runtime.blobs.put(`uploads/${uploadId}`, content, { contentType: 'image/png' });
  return uploadId;
}

export async function* chunksOf(content: Uint8Array, size = 64 * 1024): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < content.byteLength; at += size) yield content.subarray(at, at + size);
}
