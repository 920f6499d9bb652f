import { type Command, Option } from 'commander';
import type { Act } from '../cli.ts';
import { FORMATS } from '../import/formats/detect-format.ts';
import { currencyCode, wholeNumber } from './values.ts';

export function addImportCommands(program: Command, act: Act): void {
  const group = program.command('import').description('Bring in data from files.');

  group
    .command('products')
    .description('Import products from NDJSON, CSV, Shopify, WooCommerce, Medusa or Google Merchant files.')
    .argument('<file>', 'path of the file, plain or gzipped')
    .addOption(new Option('--format <format>', 'what the file is; its header tells unless said').choices(FORMATS))
    .option('--currency <code>', "of prices in files that name none; the store's own unless said", currencyCode)
    .option('--region <name>', 'whose prices to take from a Medusa file that has some of regions')
    .option(
      '--default-stock <units>',
      'stock of a new variant whose row gives none',
      wholeNumber(0, 1_000_000_000),
      100,
    )
    .option('--publish-unpriced', 'rows without a price become active products instead of drafts')
    .option('--dry-run', 'tell what would happen, and change nothing')
    .option('--strict', 'import nothing when any row would fail')
    .option('--warnings <file>', 'write every warning and failed row to this file')
    .option('--verbose', 'print every warning, not only the first 20')
    .addHelpText(
      'after',
      `
The id of a row is its identity: importing a file again changes only what differs. An import that was
interrupted goes on where it stopped when the same command is run again.
A file that is broken as a whole, such as one without a column that it needs, changes nothing.
The last line on standard output counts: created n, updated n, unchanged n, drafts n, failed n.
Failed rows make the exit code 65, after the rest is in; warnings do not.

Examples:
  $ cartwright import products catalog.ndjson.gz
  $ cartwright import products products_export.csv --currency EUR --dry-run
  $ cartwright import products new.ndjson --default-stock 0 --warnings warnings.txt`,
    )
    .action(act(async () => (await import('./import-products.ts')).importProducts));

  group
    .command('taxonomy')
    .description("Import categories from a file in the shape of Shopify's product taxonomy, all or none.")
    .argument('<file>', 'path of the JSON file, plain or gzipped')
    .requiredOption('--locale <locale>', 'the language of its names: one of the store, see locales list')
    .addHelpText(
      'after',
      `
A category is known by its id in the file: importing a file again changes nothing, and the same taxonomy in
another language adds its names. What was moved since stays where it is; nothing is deleted.

Examples:
  $ cartwright import taxonomy en.json.gz --locale en
  $ cartwright import taxonomy de.json.gz --locale de`,
    )
    .action(act(async () => (await import('./import-taxonomy.ts')).importTaxonomy));
}
