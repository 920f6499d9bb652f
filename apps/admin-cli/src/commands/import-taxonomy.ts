import { buffer } from 'node:stream/consumers';
import { type Cli, CliError } from '../cli.ts';
import { readBytes } from '../import/open-file.ts';
import { sizeOfFile, toFileError } from '../import/source-file.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { json } from '../output/json.ts';
import { connect } from '../session/connect.ts';

/** What is read of a file in the shape of Shopify's product taxonomy. */
interface TaxonomyFile {
  verticals: { categories: { id: string; name: string; parent_id?: string | null }[] }[];
}

/** `import taxonomy`: all of the file's categories, or none. */
export async function importTaxonomy(cli: Cli, file: string, options: { locale: string }): Promise<undefined> {
  const { verticals } = await readTaxonomy(file);
  const categories = verticals.flatMap((vertical) =>
    vertical.categories.map(({ id, name, parent_id }) => ({
      id,
      name,
      ...(parent_id != null && { parent: parent_id }),
    })),
  );
  const counts = await connect(cli).catalog.importTaxonomy.mutate({ locale: options.locale, categories });
  const { created, updated, unchanged } = counts;
  cli.out(cli.json ? json(counts) : `created ${created}, updated ${updated}, unchanged ${unchanged}`);
}

async function readTaxonomy(file: string): Promise<TaxonomyFile> {
  await sizeOfFile(file);
  const bytes = await buffer(readBytes(file)).catch((error) => {
    throw toFileError(error, file);
  });
  const parsed = parseJson(bytes.toString('utf8'));
  if (isTaxonomy(parsed)) return parsed;
  const message = `${file} is not a taxonomy: {"verticals": [{"categories": [{"id", "name", "parent_id"}]}]}. Nothing was changed.`;
  throw new CliError(message, { code: 'not_a_taxonomy', exitCode: exitCodes.dataError });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** The server says what is wrong with a category; here the file only has to be of the shape. */
function isTaxonomy(value: unknown): value is TaxonomyFile {
  const isCategory = (each: unknown) =>
    isObject(each) &&
    typeof each['id'] === 'string' &&
    typeof each['name'] === 'string' &&
    (each['parent_id'] == null || typeof each['parent_id'] === 'string');
  const isVertical = (each: unknown) =>
    isObject(each) && Array.isArray(each['categories']) && each['categories'].every(isCategory);
  return isObject(value) && Array.isArray(value['verticals']) && value['verticals'].every(isVertical);
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}
