import { formatMoney, type RouterOutputs } from '@cartwright/client';

export type ExportedProduct = RouterOutputs['catalog']['exportProducts']['items'][number];
export type ExportedVariant = ExportedProduct['variants'][number];

/** How products become the lines of a file. */
export interface ExportFormat {
  header: string;
  /** The lines of a product; undefined for one that the format has no words for. */
  lines(product: ExportedProduct): string | undefined;
}

/** `12.50`; '' where there is no price. */
export function decimal(amount: number | undefined, currency: string): string {
  return amount === undefined ? '' : (formatMoney({ amount, currency }).split(' ')[0] ?? '');
}
