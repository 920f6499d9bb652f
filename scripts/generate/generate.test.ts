import { expect, it } from 'vitest';
import { compareErrorPages } from './error-pages.ts';
import { renderSchema } from './schema.ts';

it('turns columns into the table types of Kysely', () => {
  const column = (name: string, udt: string, o: { nullable?: boolean; generated?: boolean } = {}) => ({
    table_name: 'order_items',
    column_name: name,
    udt_name: udt,
    nullable: o.nullable ?? false,
    generated: o.generated ?? false,
  });
  const text = renderSchema([
    column('id', 'int8', { generated: true }),
    column('total_minor', 'int8'),
    column('note', 'text', { nullable: true }),
    column('tags', '_text', { generated: true, nullable: true }),
    column('detail', 'jsonb', { nullable: true }),
    column('placed_at', 'timestamptz'),
  ]);
  expect(text.split('\n').slice(3)).toEqual([
    'export interface OrderItemsTable {',
    '  id: Generated<number>;',
    '  totalMinor: number;',
    '  note: string | null;',
    '  tags: Generated<string[] | null>;',
    '  detail: unknown;',
    '  placedAt: Date;',
    '}',
    '',
    'export interface Schema {',
    '  orderItems: OrderItemsTable;',
    '}',
    '',
  ]);
  expect(() => renderSchema([column('spot', 'point')])).toThrow('order_items.spot: add point to scripts/generate');
});

it('wants one page per error code, and no other', () => {
  expect(compareErrorPages(['a_b', 'c'], ['c.md', 'd.md'])).toEqual([
    'docs/errors/a_b.md is missing',
    'docs/errors/d.md describes no error code',
  ]);
});
