import CliTable3 from 'cli-table3';
import type { Cli } from '../cli.ts';
import { printable } from './printable.ts';

export interface Column<Row> {
  head: string;
  cell: (row: Row) => string | number;
  /** Longer cells end in an ellipsis. */
  maxWidth?: number;
  align?: 'left' | 'right';
}

const NO_BORDERS = Object.fromEntries(
  ['top', 'top-mid', 'top-left', 'top-right', 'bottom', 'bottom-mid', 'bottom-left', 'bottom-right', 'left']
    .concat(['left-mid', 'mid', 'mid-mid', 'right', 'right-mid'])
    .map((name) => [name, '']),
);

/** A table for people: two spaces between columns, no lines, and no colours where nobody sees them. */
export function table<Row>(cli: Cli, columns: readonly Column<Row>[], rows: readonly Row[]): string {
  const colored = process.stdout.isTTY === true && !cli.config.noColor;
  const out = new CliTable3({
    head: columns.map((column) => column.head),
    chars: { ...NO_BORDERS, middle: '  ' },
    colAligns: columns.map((column) => column.align ?? 'left'),
    style: { head: colored ? ['bold'] : [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  for (const row of rows) {
    out.push(columns.map((column) => shortened(printable(String(column.cell(row))), column.maxWidth)));
  }
  return out
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

function shortened(text: string, maxWidth = 60): string {
  const characters = Array.from(text);
  return characters.length <= maxWidth ? text : `${characters.slice(0, maxWidth - 1).join('')}…`;
}

/** Names and values below one another, the values in one column. */
export function pairs(entries: readonly (readonly [string, string | number | undefined])[]): string {
  const shown = entries.filter(([, value]) => value !== undefined && value !== '');
  const width = Math.max(0, ...shown.map(([name]) => name.length));
  return shown.map(([name, value]) => `${name.padEnd(width)}  ${printable(String(value))}`).join('\n');
}
