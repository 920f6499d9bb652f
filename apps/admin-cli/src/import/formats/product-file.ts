import { readBytes } from '../open-file.ts';
import { brokenFile } from './broken-file.ts';
import {
  type CheckedFile,
  type CsvFormat,
  checkCsv,
  groupNeighbours,
  type ReadOptions,
  readProducts,
  toProducts,
} from './csv-format.ts';
import { detectFormat, type FormatName } from './detect-format.ts';
import type { FileProduct } from './file-product.ts';
import { google } from './google.ts';
import { readGoogleXml } from './google-xml.ts';
import { medusa } from './medusa.ts';
import { readNdjson } from './ndjson.ts';
import { ownCsv } from './own-csv.ts';
import { shopify } from './shopify.ts';
import { woocommerce } from './woocommerce.ts';

export const CSV_FORMATS = { csv: ownCsv, shopify, woocommerce, medusa, google } satisfies Partial<
  Record<FormatName, CsvFormat>
>;

/** A file that was read once and found whole. */
export interface ProductFile {
  format: FormatName;
  /** What a person should know of the file as a whole. */
  notes: string[];
  read(options: ReadOptions, onRead?: (bytes: number) => void): AsyncIterable<FileProduct>;
}

/**
 * Reads a file once from end to end. Throws a broken file unless it is whole, and of the format that was asked for or
 * that its beginning shows.
 */
export async function openProductFile(
  file: string,
  wanted: { format: FormatName | undefined; region: string | undefined },
): Promise<ProductFile> {
  const { format, kind } = await detectFormat(file, wanted.format);
  if (kind === 'ndjson') {
    // A gzipped file that was cut off shows it only at its end.
    for await (const _ of readBytes(file));
    return { format, notes: [], read: (_, onRead) => readNdjson(file, onRead) };
  }
  if (kind === 'xml') {
    let items = 0;
    for await (const _ of readGoogleXml(file)) items += 1;
    if (items === 0) throw brokenFile('The feed has no items.');
    const read: ProductFile['read'] = (options, onRead) =>
      toProducts(google, groupNeighbours(readGoogleXml(file, onRead), google), options);
    return { format, notes: [], read };
  }
  const csv = CSV_FORMATS[format as keyof typeof CSV_FORMATS];
  const source = { file, delimiter: kind.delimiter, region: wanted.region };
  const check = await checkCsv(csv, source);
  return {
    format,
    notes: notesOf(check),
    read: (options, onRead) => readProducts(csv, { ...source, onRead }, { check, options }),
  };
}

function notesOf({ unknown, notKept }: CheckedFile): string[] {
  return [
    ...(unknown.length > 0 ? [`Unknown columns, left out: ${unknown.join(', ')}`] : []),
    ...(notKept.length > 0 ? [`Columns that the store has no place for, left out: ${notKept.join(', ')}`] : []),
  ];
}
