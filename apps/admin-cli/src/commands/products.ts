import { type Command, Option } from 'commander';
import type { Act } from '../cli.ts';
import { collect, pageOptions, wholeNumber } from './values.ts';

const STATUSES = ['draft', 'active', 'archived'];
const KINDS = ['physical', 'digital', 'bundle'];
const MAX_UNITS = 1_000_000_000;

export function addProductCommands(program: Command, act: Act): void {
  const products = program.command('products').description('See and add products.');

  pageOptions(
    products
      .command('list')
      .description('List products, newest first, drafts too.')
      .option('--query <words>', 'words to search for, or one exact SKU')
      .addOption(new Option('--status <status>', 'only products in this state').choices(STATUSES))
      .addOption(new Option('--kind <kind>', 'only products of this kind').choices(KINDS))
      .option('--brand <name>', 'only products of this brand')
      .option('--tag <tag>', 'only products with this tag'),
  )
    .addHelpText(
      'after',
      `
Examples:
  $ cartwright products list --query "desk lamp"
  $ cartwright products list --status draft --json | jq -r '.items[].slug'`,
    )
    .action(act(async () => (await import('./list-products.ts')).listProducts));

  products
    .command('show')
    .description('Show one product: variants, prices, stock.')
    .argument('<product>', 'slug, SKU or id')
    .addHelpText('after', '\nExample:\n  $ cartwright products show desk-lamp')
    .action(act(async () => (await import('./show-product.ts')).showProduct));

  products
    .command('create')
    .description('Add a product, from options or from JSON.')
    .option('--title <text>')
    .addOption(new Option('--kind <kind>', 'physical unless said; a bundle needs --file').choices(KINDS))
    .option('--sku <sku>')
    .option('--price <price>', 'such as "12.50 EUR"; once a currency', collect, [])
    .option('--stock <units>', 'units on hand', wholeNumber(0, MAX_UNITS))
    .option('--category <slug>', 'may be repeated', collect, [])
    .option('--brand <name>', 'made when there is none')
    .option('--tag <tag>', 'may be repeated', collect, [])
    .option('--description <text>')
    .addOption(new Option('--status <status>', 'shoppers see active products').choices(STATUSES).default('draft'))
    .option('--file <file>', 'the whole product as JSON, with options and variants; - is standard input')
    .addHelpText(
      'after',
      `
Examples:
  $ cartwright products create --title "Desk lamp" --sku LAMP-1 --price "49.00 EUR" --stock 10 --status active
  $ cartwright products create --file lamp.json`,
    )
    .action(act(async () => (await import('./create-product.ts')).createProduct));

  products
    .command('update')
    .description('Change a product.')
    .argument('<product>', 'slug, SKU or id')
    .option('--title <text>')
    .option('--slug <slug>', 'the one it had leads to it from then on')
    .option('--brand <name>', 'empty takes it away')
    .addOption(new Option('--status <status>').choices(STATUSES))
    .option('--tag <tag>', 'replaces all; may be repeated; empty takes them away', collect)
    .option('--publish-at <instant>', 'shoppers see it from then on; never: at once')
    .option('--unpublish-at <instant>', 'and until before then; never: for good')
    .option('--seo-title <text>')
    .option('--seo-description <text>')
    .option('--file <file>', 'changes as JSON: variants, components of bundles, translations; - is standard input')
    .addHelpText(
      'after',
      `
Examples:
  $ cartwright products update desk-lamp --publish-at 2026-12-01T08:00:00Z --tag gift --tag new
  $ echo '{"translations": {"de": {"title": "Lampe"}}}' | cartwright products update desk-lamp --file -`,
    )
    .action(act(async () => (await import('./update-product.ts')).updateProduct));

  products
    .command('generate-variants')
    .description('Add a variant for each combination of options that has none.')
    .argument('<product>', 'slug, SKU or id')
    .option('--option <option>', 'such as Size=S,M,L; once an option; those of the product unless said', collect, [])
    .option('--sku-pattern <pattern>', 'with {slug}, {options} or {name of an option}')
    .option('--price <price>', 'of each variant that is added; once a currency', collect, [])
    .addHelpText(
      'after',
      `
Example:
  $ cartwright products generate-variants tee --option Size=S,M,L --option Colour=Red,Blue --price "15.00 EUR"`,
    )
    .action(act(async () => (await import('./update-product.ts')).generateVariants));

  const stock = program.command('stock').description('Change stock.');

  stock
    .command('set')
    .description('Set the units on hand of a variant, reserved ones included.')
    .argument('<variant>', 'SKU or variant id')
    .argument('<units>', 'units on hand', wholeNumber(0, MAX_UNITS))
    .option('--location <id>', 'where; the most preferred location unless said')
    .addHelpText('after', '\nExample:\n  $ cartwright stock set LAMP-1 25')
    .action(act(async () => (await import('./set-stock.ts')).setStock));
}
