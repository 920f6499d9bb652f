import { type Command, Option } from 'commander';
import type { Act } from '../cli.ts';
import { collect, pageOptions, wholeNumber } from './values.ts';

const STATUSES = ['draft', 'active', 'archived'];
const MAX_UNITS = 1_000_000_000;

export function addProductCommands(program: Command, act: Act): void {
  const products = program.command('products').description('See and add products.');

  pageOptions(
    products
      .command('list')
      .description('List products, newest first, drafts too.')
      .option('--query <words>', 'words to search for, or one exact SKU')
      .addOption(new Option('--status <status>', 'only products in this state').choices(STATUSES)),
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
    .option('--sku <sku>')
    .option('--price <price>', 'such as "12.50 EUR"; once a currency', collect, [])
    .option('--stock <units>', 'units on hand', wholeNumber(0, MAX_UNITS))
    .option('--category <slug>', 'may be repeated', collect, [])
    .option('--brand <name>')
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
