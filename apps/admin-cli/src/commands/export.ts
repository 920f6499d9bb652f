import { type Command, Option } from 'commander';
import type { Act } from '../cli.ts';
import { currencyCode } from './values.ts';

export function addExportCommands(program: Command, act: Act): void {
  program
    .command('export')
    .description('Write data of the store to files.')
    .command('products')
    .description('Write all products, drafts and archived ones too, to a file that an import reads.')
    .argument('<file>', 'path of the file; gzipped when it ends with .gz, - for standard output')
    .addOption(new Option('--format <format>', 'what to write').choices(['ndjson', 'csv', 'shopify']).default('ndjson'))
    .option('--currency <code>', "of the prices in Shopify's format; the store's own unless said", currencyCode)
    .addHelpText(
      'after',
      `
NDJSON and CSV hold everything that an import can take. In CSV, text that a spreadsheet would take for a formula
begins with an apostrophe, which an import takes away again.

Examples:
  $ cartwright export products catalog.ndjson.gz
  $ cartwright export products products.csv --format shopify --currency EUR`,
    )
    .action(act(async () => (await import('./export-products.ts')).exportProducts));
}
