import type { RouterInputs } from '@cartwright/client';
import { type Cli, usageError } from '../cli.ts';
import { json } from '../output/json.ts';
import { printable } from '../output/printable.ts';
import { connect } from '../session/connect.ts';
import { readJsonFile, readPrice } from './create-product.ts';
import { findProduct } from './find-product.ts';
import { productText } from './show-product.ts';

type Changes = Omit<RouterInputs['catalog']['updateProduct'], 'productId'>;

interface UpdateProductOptions {
  title?: string;
  slug?: string;
  brand?: string;
  status?: NonNullable<Changes['status']>;
  tag?: string[];
  publishAt?: string;
  unpublishAt?: string;
  seoTitle?: string;
  seoDescription?: string;
  file?: string;
}

/** `products update`. Nobody else's change since the product was read is overwritten. */
export async function updateProduct(cli: Cli, key: string, options: UpdateProductOptions): Promise<undefined> {
  const { file, tag, publishAt, unpublishAt, brand, ...texts } = options;
  const changes: Changes = {
    ...(file !== undefined && withInstants(await readJsonFile<Changes>(file))),
    ...texts,
    ...(brand !== undefined && { brand: brand === '' ? null : brand }),
    ...(tag !== undefined && { tags: tag.filter((each) => each !== '') }),
    ...(publishAt !== undefined && { publishAt: instantOf(publishAt) }),
    ...(unpublishAt !== undefined && { unpublishAt: instantOf(unpublishAt) }),
  };
  if (Object.keys(changes).length === 0) throw usageError('Say what to change.');
  const client = connect(cli);
  const { id: productId, version } = await findProduct(client, key);
  const product = await client.catalog.updateProduct.mutate({ version, ...changes, productId });
  cli.out(cli.json ? json(product) : productText(cli, product));
}

/** JSON has no dates. */
function withInstants({ publishAt, unpublishAt, ...changes }: Changes): Changes {
  const read = (at: Date | string | null) => (typeof at === 'string' ? instantOf(at) : at);
  return {
    ...changes,
    ...(publishAt !== undefined && { publishAt: read(publishAt) }),
    ...(unpublishAt !== undefined && { unpublishAt: read(unpublishAt) }),
  };
}

/** Null for `never`, which takes an end of the window away. */
function instantOf(text: string): Date | null {
  if (text === 'never') return null;
  const isWhole = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/.test(text);
  const at = Date.parse(text);
  if (!isWhole || Number.isNaN(at)) throw usageError(`"${text}" is no instant such as 2026-12-24T18:00:00Z.`);
  return new Date(at);
}

interface GenerateOptions {
  option: string[];
  skuPattern?: string;
  price: string[];
}

/** `products generate-variants`. */
export async function generateVariants(cli: Cli, key: string, options: GenerateOptions): Promise<undefined> {
  const client = connect(cli);
  const { id: productId, version } = await findProduct(client, key);
  const { skuPattern, option, price } = options;
  const result = await client.catalog.generateVariants.mutate({
    productId,
    version,
    ...(option.length > 0 && { options: option.map(optionOf) }),
    ...(skuPattern !== undefined && { skuPattern }),
    ...(price.length > 0 && { prices: price.map(readPrice) }),
  });
  const { added, kept, skus } = result;
  cli.out(cli.json ? json(result) : [`Added ${added}, kept ${kept}.`, ...skus.map(printable)].join('\n'));
}

function optionOf(text: string): { name: string; values: string[] } {
  const [, name, values] = /^([^=]+)=(.+)$/.exec(text) ?? [];
  if (name === undefined || values === undefined) throw usageError(`"${text}" is not an option such as Size=S,M,L.`);
  return { name: name.trim(), values: values.split(',').map((value) => value.trim()) };
}
