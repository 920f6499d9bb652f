import { readFile } from 'node:fs/promises';
import { text as readText } from 'node:stream/consumers';
import { type Money, parseMoney, type RouterInputs } from '@cartwright/client';
import { type Cli, usageError } from '../cli.ts';
import { toFileError } from '../import/source-file.ts';
import { json } from '../output/json.ts';
import { connect } from '../session/connect.ts';
import { productText } from './show-product.ts';

type NewProduct = RouterInputs['catalog']['createProduct'];

interface CreateProductOptions {
  title?: string;
  kind?: NonNullable<NewProduct['kind']>;
  tag: string[];
  sku?: string;
  price: string[];
  stock?: number;
  category: string[];
  brand?: string;
  description?: string;
  status: NonNullable<NewProduct['status']>;
  file?: string;
}

/** `products create`. */
export async function createProduct(cli: Cli, options: CreateProductOptions): Promise<undefined> {
  const input = options.file === undefined ? fromOptions(options) : await readJsonFile<NewProduct>(options.file);
  const product = await connect(cli).catalog.createProduct.mutate(input);
  cli.out(cli.json ? json(product) : productText(cli, product));
}

function fromOptions(options: CreateProductOptions): NewProduct {
  const { title, kind, sku, price, stock, category, brand, tag, description, status } = options;
  if (title === undefined || sku === undefined) throw usageError('Give --title and --sku, or --file.');
  return {
    title,
    status,
    ...(kind !== undefined && { kind }),
    ...(tag.length > 0 && { tags: tag }),
    categories: category,
    ...(brand !== undefined && { brand }),
    ...(description !== undefined && { description }),
    variants: [{ sku, prices: price.map(readPrice), ...(stock !== undefined && { stock }) }],
  };
}

/** Such as `12.50 EUR`. */
export function readPrice(text: string): Money {
  const money = parseMoney(text);
  if (money === undefined) throw usageError(`"${text}" is not a price such as "12.50 EUR".`);
  return money;
}

/** The server says what is wrong with it; here it only has to be JSON. `-` is standard input. */
export async function readJsonFile<T>(file: string): Promise<T> {
  const text =
    file === '-'
      ? await readText(process.stdin)
      : await readFile(file, 'utf8').catch((error) => {
          throw toFileError(error, file);
        });
  try {
    return JSON.parse(text) as T;
  } catch (error) {
    throw usageError(`${file === '-' ? 'Standard input' : file} is not JSON: ${(error as Error).message}`);
  }
}
