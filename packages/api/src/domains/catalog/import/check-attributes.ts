import { catalogAttributes, type products } from '@cartwright/db';
import type { TxCtx } from '../../../context.ts';
import { fits } from '../attributes/attribute-type.ts';
import { codeOf } from './ensure-attributes.ts';
import type { ImportRow } from './parse-row.ts';
import type { GoodRow } from './plan-products.ts';
import type { ImportBatchResult } from './schema.ts';

/**
 * Leaves out the rows with a value that does not fit a definition made by hand: one that is assigned to a category, or
 * whose values are chosen from options. Other definitions are widened to what the rows say.
 */
export async function checkAttributes(
  ctx: TxCtx,
  rows: readonly GoodRow[],
): Promise<{ good: GoodRow[]; errors: ImportBatchResult['errors'] }> {
  const codes = [...new Set(rows.flatMap(({ row }) => valuesOf(row).map(([name]) => codeOf(name))))];
  const managed = codes.length === 0 ? [] : await catalogAttributes.listManagedAttributes(ctx.tx, { codes });
  if (managed.length === 0) return { good: [...rows], errors: [] };
  const known = new Map(managed.map((definition) => [definition.code, definition]));
  const good: GoodRow[] = [];
  const errors: ImportBatchResult['errors'] = [];
  for (const each of rows) {
    const misfit = valuesOf(each.row).find(([name, value]) => {
      const definition = known.get(codeOf(name));
      return definition && !fits(definition.type, value, definition.optionCodes);
    });
    if (!misfit) {
      good.push(each);
      continue;
    }
    const type = known.get(codeOf(misfit[0]))?.type;
    const message = `The value of the attribute ${misfit[0]} does not fit its type, ${type}`;
    errors.push({ row: each.number, column: null, code: 'attribute_value_invalid', message });
  }
  return { good, errors };
}

function valuesOf({ attributes = [], moreAttributes }: ImportRow): [string, products.AttributeValue][] {
  const more = moreAttributes.filter((entry): entry is [string, products.AttributeValue] => entry[1] !== null);
  return [...attributes, ...more];
}
