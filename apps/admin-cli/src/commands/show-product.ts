import { formatMoney } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { type Column, pairs, table } from '../output/table.ts';
import { minute } from '../output/text.ts';
import { connect } from '../session/connect.ts';
import { findProduct, type Product, type Variant } from './find-product.ts';

const total = (variant: Variant, field: 'onHand' | 'reserved'): number =>
  variant.stock.reduce((sum, level) => sum + level[field], 0);

const columns: Column<Variant>[] = [
  { head: 'SKU', cell: (variant) => variant.sku, maxWidth: 40 },
  { head: 'Options', cell: (variant) => Object.values(variant.options).join(', ') },
  { head: 'Prices', cell: (variant) => variant.prices.map(formatMoney).join(', ') },
  { head: 'On hand', cell: (variant) => total(variant, 'onHand'), align: 'right' },
  { head: 'Reserved', cell: (variant) => total(variant, 'reserved'), align: 'right' },
  { head: 'Available', cell: (variant) => variant.available, align: 'right' },
  { head: 'Variant id', cell: (variant) => variant.id },
];

const componentColumns: Column<Variant['components'][number] & { bundle: string }>[] = [
  { head: 'Bundle', cell: (part) => part.bundle, maxWidth: 40 },
  { head: 'Made of', cell: (part) => part.sku, maxWidth: 40 },
  { head: 'Title', cell: (part) => part.title, maxWidth: 40 },
  { head: 'Units', cell: (part) => part.quantity, align: 'right' },
];

/** `products show`. */
export async function showProduct(cli: Cli, key: string): Promise<undefined> {
  const product = await findProduct(connect(cli), key);
  cli.out(cli.json ? json(product) : productText(cli, product));
}

function windowText({ publishAt, unpublishAt }: Product): string | undefined {
  const from = publishAt && `from ${minute(publishAt)}`;
  const until = unpublishAt && `until ${minute(unpublishAt)}`;
  return [from, until].filter(Boolean).join(' ') || undefined;
}

/** What a person wants to know of a product. */
export function productText(cli: Cli, product: Product): string {
  const head = pairs([
    ['Title', product.title],
    ['Id', product.id],
    ['Slug', product.slug],
    ['Status', product.status],
    ['Kind', product.kind],
    ['Brand', product.brand ?? undefined],
    ['Tags', product.tags.length > 0 ? product.tags.join(', ') : undefined],
    ['Published', windowText(product)],
    ['Categories', product.categories.map((category) => category.slug).join(', ')],
    ['Changed', minute(product.updatedAt)],
  ]);
  const made = product.variants.flatMap(({ sku, components }) => components.map((part) => ({ ...part, bundle: sku })));
  const parts = [head, table(cli, columns, product.variants)];
  if (made.length > 0) parts.push(table(cli, componentColumns, made));
  return parts.join('\n\n');
}
