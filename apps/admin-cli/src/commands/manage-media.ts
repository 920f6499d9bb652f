import { readFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import type { CartwrightClient, RouterInputs, RouterOutputs } from '@cartwright/client';
import { type Cli, CliError, usageError } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { json } from '../output/json.ts';
import { printPage } from '../output/page.ts';
import { printable } from '../output/printable.ts';
import { type Column, pairs, table } from '../output/table.ts';
import { minute } from '../output/text.ts';
import { askToGoOn } from '../session/ask.ts';
import { connect } from '../session/connect.ts';
import { findProduct, notFound } from './find-product.ts';

type Line = RouterOutputs['media']['list']['items'][number];
type Detail = RouterOutputs['media']['get'];
type Use = Detail['uses'][number];
type ContentType = RouterInputs['media']['createUpload']['contentType'];

const TYPES: Record<string, ContentType> = {
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.png': 'image/png',
  '.gif': 'image/gif',
  '.webp': 'image/webp',
  '.avif': 'image/avif',
};

const columns: Column<Line>[] = [
  { head: 'Picture', cell: (line) => line.id },
  { head: 'File', cell: (line) => line.fileName ?? '', maxWidth: 30 },
  { head: 'Size', cell: (line) => `${line.width}×${line.height}` },
  { head: 'KB', cell: (line) => Math.ceil(line.bytes / 1000), align: 'right' },
  { head: 'Uses', cell: (line) => line.useCount, align: 'right' },
  { head: 'Description', cell: (line) => line.alt, maxWidth: 40 },
];

const useColumns: Column<Use>[] = [
  { head: 'Product', cell: (use) => use.slug, maxWidth: 40 },
  { head: 'Title', cell: (use) => use.title, maxWidth: 40 },
  { head: 'Variant', cell: (use) => use.sku ?? '' },
];

/** `media upload`. */
export async function uploadPicture(
  cli: Cli,
  file: string,
  { product: key, variant, alt }: { product?: string; variant?: string; alt?: string },
): Promise<undefined> {
  if (variant !== undefined && key === undefined) throw usageError('--variant is of a product: give --product.');
  const contentType = TYPES[extname(file).toLowerCase()];
  if (contentType === undefined) throw usageError(`${file} is not called a JPEG, PNG, GIF, WebP or AVIF picture.`);
  const content = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    throw new CliError(`${file} cannot be read: ${error.code}`, { code: 'no_input', exitCode: exitCodes.noInput });
  });
  const client = connect(cli);
  // Looked for before anything is sent: a mistyped slug leaves no picture behind.
  const product = key === undefined ? undefined : await findProduct(client, key);
  const shownBy = product && { product, variantId: variantIdOf(product, variant) };
  const said = { contentType, bytes: content.byteLength, fileName: basename(file) };
  const upload = await client.media.createUpload.mutate(said);
  await send(cli, upload, content);
  const asset = await client.media.completeUpload.mutate({
    uploadId: upload.uploadId,
    ...(alt !== undefined && { alt }),
  });
  if (shownBy) await attach(client, shownBy, { mediaId: asset.id, ...(alt !== undefined && { alt }) });
  const detail = await client.media.get.query({ mediaId: asset.id });
  cli.out(cli.json ? json(detail) : pictureText(cli, detail));
}

type Product = Awaited<ReturnType<typeof findProduct>>;

function variantIdOf(product: Product, sku: string | undefined): string | undefined {
  if (sku === undefined) return undefined;
  const variant = product.variants.find((each) => each.sku === sku);
  if (variant === undefined) throw notFound(`The product ${product.slug} has no variant ${sku}.`);
  return variant.id;
}

async function send(
  cli: Cli,
  { url, method, headers }: RouterOutputs['media']['createUpload'],
  content: Uint8Array<ArrayBuffer>,
): Promise<void> {
  const target = new URL(url);
  // What the store takes itself goes where the store is reached from here, whatever it calls itself elsewhere.
  const isOwn = target.pathname.startsWith('/media/uploads/');
  const to = isOwn ? new URL(`${cli.url}${target.pathname}${target.search}`) : target;
  // The length is that of the body.
  const { 'content-length': _, ...others } = headers;
  const response = await fetch(to, { method, headers: others, body: content, redirect: 'error' });
  if (response.ok) return;
  throw new CliError(`The picture could not be sent: ${response.status} of ${to.host}`, {
    code: 'upload_failed',
    exitCode: exitCodes.unavailable,
  });
}

/** Adds a picture after those that a product or a variant has; somebody else's change meanwhile is a conflict. */
async function attach(
  client: CartwrightClient,
  { product, variantId }: { product: Product; variantId: string | undefined },
  picture: { mediaId: string; alt?: string },
): Promise<void> {
  const variant = product.variants.find(({ id }) => id === variantId);
  const shown = (variant ?? product).images;
  if (shown.some(({ mediaId }) => mediaId === picture.mediaId)) return;
  const kept = shown.map(({ url, mediaId, alt }) => (mediaId === undefined ? { url, alt } : { mediaId, alt }));
  const images = [...kept, picture];
  await client.catalog.updateProduct.mutate({
    productId: product.id,
    version: product.version,
    ...(variantId === undefined ? { images } : { variants: [{ id: variantId, images }] }),
  });
}

/** `media list`. */
export async function listPictures(
  cli: Cli,
  { query, used, unused, ...page }: { query?: string; used?: true; unused?: true; limit: number; cursor?: string },
): Promise<undefined> {
  const answer = await connect(cli).media.list.query({
    ...page,
    ...(query !== undefined && { q: query }),
    ...((used || unused) && { used: used === true }),
  });
  printPage(cli, answer, { columns, none: 'No pictures.' });
}

/** `media show`. */
export async function showPicture(cli: Cli, mediaId: string): Promise<undefined> {
  const detail = await connect(cli).media.get.query({ mediaId });
  cli.out(cli.json ? json(detail) : pictureText(cli, detail));
}

/** `media edit`. */
export async function editPicture(
  cli: Cli,
  mediaId: string,
  { alt, focalPoint }: { alt?: string; focalPoint?: string },
): Promise<undefined> {
  const [, x, y] = /^(\d{1,3}),(\d{1,3})$/.exec(focalPoint ?? '') ?? [];
  if (focalPoint !== undefined && x === undefined) throw usageError('--focal-point is two numbers, such as 30,70.');
  const detail = await connect(cli).media.update.mutate({
    mediaId,
    ...(alt !== undefined && { alt }),
    ...(x !== undefined && { focalPoint: { x: Number(x), y: Number(y) } }),
  });
  cli.out(cli.json ? json(detail) : pictureText(cli, detail));
}

/** `media delete`. */
export async function deletePicture(
  cli: Cli,
  mediaId: string,
  { force = false, yes = false }: { force?: boolean; yes?: boolean },
): Promise<undefined> {
  if (!yes) await askToGoOn(cli, `The picture ${mediaId} is deleted for good.`);
  await connect(cli).media.delete.mutate({ mediaId, force });
  cli.out(cli.json ? json({ deleted: mediaId }) : printable(`There is no picture ${mediaId} any more.`));
}

function pictureText(cli: Cli, picture: Detail): string {
  const head = pairs([
    ['Id', picture.id],
    ['File', picture.fileName ?? undefined],
    ['Description', picture.alt],
    ['Size', `${picture.width}×${picture.height}, ${Math.ceil(picture.bytes / 1000)} KB, ${picture.format}`],
    ['Focal point', `${picture.focalPoint.x},${picture.focalPoint.y}`],
    ['Address', picture.urls.fit.replace('{width}', '1280')],
    ['Uploaded', minute(picture.createdAt)],
  ]);
  return picture.uses.length === 0
    ? `${head}\n\nNo product shows it.`
    : `${head}\n\n${table(cli, useColumns, picture.uses)}`;
}
