import { type Command, Option } from 'commander';
import type { Act } from '../cli.ts';
import { pageOptions, wholeNumber } from './values.ts';

const STATUSES = ['draft', 'active', 'archived'];
const SORTS = ['manual', 'newest', 'price', '-price', 'name', 'rating', 'best-selling'];

export function addCollectionCommands(program: Command, act: Act): void {
  const collections = program.command('collections').description('Lists of products, chosen by hand or by rules.');
  const load = () => import('./manage-collections.ts');

  pageOptions(collections.command('list'))
    .description('Print the collections, drafts too.')
    .addOption(new Option('--status <status>').choices(STATUSES))
    .action(act(async () => (await load()).listCollections));

  collections
    .command('show')
    .description('Show one collection and its first products.')
    .argument('<collection>', 'slug or id')
    .action(act(async () => (await load()).showCollection));

  collections
    .command('create')
    .description('Add a collection; without rules its products are chosen by hand.')
    .argument('<title>')
    .option('--slug <slug>', 'made from the title unless given')
    .option('--rules <file>', 'a JSON file of rules: { match, conditions }; - is standard input')
    .addOption(new Option('--status <status>').choices(STATUSES).default('draft'))
    .addOption(new Option('--sort <order>', 'in which its products are shown').choices(SORTS))
    .option('--position <number>', 'among the collections', wholeNumber(0, 1_000_000))
    .addHelpText(
      'after',
      '\nExample:\n  $ cartwright collections create "Red pots" --rules red-pots.json --status active',
    )
    .action(act(async () => (await load()).createCollection));

  collections
    .command('update')
    .description('Change what a collection says, its rules or its status.')
    .argument('<collection>', 'slug or id')
    .option('--title <text>')
    .option('--slug <slug>')
    .option('--rules <file>', 'replaces the rules; - is standard input')
    .addOption(new Option('--status <status>').choices(STATUSES))
    .addOption(new Option('--sort <order>').choices(SORTS))
    .option('--position <number>', 'among the collections', wholeNumber(0, 1_000_000))
    .option('--expect-version <number>', 'change nothing if somebody else has', wholeNumber(1, 2_147_483_647))
    .action(act(async () => (await load()).updateCollection));

  collections
    .command('delete')
    .description('Delete a collection; its products stay.')
    .argument('<collection>', 'slug or id')
    .action(act(async () => (await load()).deleteCollection));

  collections
    .command('preview')
    .description('Print what rules would choose; nothing is saved.')
    .argument('<file>', 'a JSON file of rules; - is standard input')
    .action(act(async () => (await load()).previewRules));

  for (const [name, description] of [
    ['add', 'Add products to a collection of chosen ones.'],
    ['remove', 'Take products out of a collection of chosen ones.'],
    ['order', 'Put products first, in this order.'],
  ] as const) {
    collections
      .command(name)
      .description(description)
      .argument('<collection>', 'slug or id')
      .argument('<products...>', 'slugs or ids')
      .action(act(async () => (await load()).changeProducts[name]));
  }
}
