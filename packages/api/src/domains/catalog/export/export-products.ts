import { catalogAttributes, productRecords, store } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { decodeCursor, encodeCursor } from '../../../kit/page.ts';
import { exportedProduct } from './exported-product.ts';
import type { ExportedProducts, ExportProductsInput } from './schema.ts';

const SCOPE = 'export-products';

/**
 * A page of all products, drafts and archived ones too, in the order in which they were added, as rows that an import
 * takes. A page is of one moment. Refuses with `cursor_invalid`.
 */
export async function exportProducts(ctx: Ctx, input: ExportProductsInput): Promise<ExportedProducts> {
  const { limit, cursor } = input;
  const [after] = cursor === undefined ? [null] : decodeCursor(cursor, SCOPE, ['uuid'] as const);
  const records = await productRecords.listProductRecords(ctx.db, { after, limit: limit + 1 });
  const page = records.slice(0, limit);
  const codes = [...new Set(page.flatMap(({ attributes }) => Object.keys(attributes)))];
  const definitions = codes.length === 0 ? [] : await catalogAttributes.listAttributes(ctx.db, { codes });
  const names = new Map(definitions.map(({ code, name }) => [code, name]));
  const settings = await store.findStore(ctx.db);
  const last = page.at(-1);
  return {
    currencies: settings?.currencies.map(({ code }) => code) ?? [],
    items: page.map((record) => exportedProduct(record, (code) => names.get(code))),
    nextCursor: records.length > limit && last ? encodeCursor(SCOPE, [last.id]) : null,
  };
}
