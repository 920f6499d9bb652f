import type { Command } from 'commander';
import type { Act } from '../cli.ts';
import { wholeNumber } from './values.ts';

export function addImportCommands(program: Command, act: Act): void {
  const group = program.command('import').description('Bring in data from files.');

  group
    .command('products')
    .description('Import products from NDJSON, one JSON object a line, plain or gzipped.')
    .argument('<file>', 'path of the file')
    .option(
      '--default-stock <units>',
      'stock of a new variant whose row gives none',
      wholeNumber(0, 1_000_000_000),
      100,
    )
    .option('--publish-unpriced', 'rows without a price become active products instead of drafts')
    .option('--warnings <file>', 'write every warning and failed row to this file')
    .option('--verbose', 'print every warning, not only the first 20')
    .addHelpText(
      'after',
      `
The id of a row is its identity: importing a file again changes only what differs. An import that was
interrupted goes on where it stopped when the same command is run again.
The last line on standard output counts: created n, updated n, unchanged n, drafts n, failed n.
Failed rows make the exit code 65, after the rest is in; warnings do not.

Examples:
  $ cartwright import products catalog.ndjson.gz
  $ cartwright import products new.ndjson --default-stock 0 --warnings warnings.txt`,
    )
    .action(act(async () => (await import('./import-products.ts')).importProducts));
}
