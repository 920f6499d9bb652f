import { type Command, Option } from 'commander';
import type { Act } from '../cli.ts';
import { collect, wholeNumber } from './values.ts';

const MAX_POSITION = 1_000_000;
const SETTINGS = ['tax-class', 'shipping-profile', 'seo-title-template', 'seo-description-template'];

export function addCategoryCommands(program: Command, act: Act): void {
  const categories = program.command('categories').description('See and change the category tree.');

  categories
    .command('list')
    .description('Print the tree, each category with its slug.')
    .option('--below <slug>', 'only what is below this category')
    .option('--levels <count>', 'how many levels', wholeNumber(1, 20))
    .option('--locale <locale>', 'in this language, such as de')
    .addHelpText('after', '\nExample:\n  $ cartwright categories list --below clothing --levels 2')
    .action(act(async () => (await import('./manage-categories.ts')).listCategories));

  categories
    .command('show')
    .description('Show one category: what it says, what it inherits and from where.')
    .argument('<category>', 'slug or id')
    .addHelpText('after', '\nExample:\n  $ cartwright categories show boots')
    .action(act(async () => (await import('./manage-categories.ts')).showCategory));

  categories
    .command('create')
    .description('Add a category.')
    .argument('<name>')
    .option('--parent <category>', 'slug or id; a root without it')
    .option('--slug <slug>', 'made from the name unless given')
    .option('--position <number>', 'among its siblings', wholeNumber(0, MAX_POSITION))
    .addHelpText('after', '\nExample:\n  $ cartwright categories create Boots --parent shoes')
    .action(act(async () => (await import('./manage-categories.ts')).createCategory));

  categories
    .command('update')
    .description('Change what a category says, in one language or as it was entered.')
    .argument('<category>', 'slug or id')
    .option('--name <text>')
    .option('--description <text>')
    .option('--seo-title <text>')
    .option('--seo-description <text>')
    .option('--seo-title-template <text>', 'for it and below, with {name} and {store}')
    .option('--seo-description-template <text>', 'for it and below, with {name} and {store}')
    .option('--locale <locale>', 'the texts given are in this language')
    .option('--slug <slug>', 'the one it had leads to it from then on')
    .option('--tax-class <code>', 'of new products in it and below')
    .option('--shipping-profile <code>', 'of products in it and below')
    .addOption(
      new Option('--inherit <setting>', `leave it to the categories above: ${SETTINGS.join(', ')}; may be repeated`)
        .choices(SETTINGS)
        .argParser((value: string, before?: string[]) => collect(value, before)),
    )
    .option('--expect-version <number>', 'change nothing if somebody else has', wholeNumber(1, 2_147_483_647))
    .addHelpText(
      'after',
      `
Examples:
  $ cartwright categories update boots --slug winter-boots --tax-class reduced
  $ cartwright categories update boots --locale de --name Stiefel --seo-title-template "{name} kaufen | {store}"
  $ cartwright categories update boots --inherit tax-class`,
    )
    .action(act(async () => (await import('./manage-categories.ts')).updateCategory));

  categories
    .command('move')
    .description('Move a category with all that is below it.')
    .argument('<category>', 'slug or id')
    .option('--parent <category>', 'slug or id of the new parent; its present one unless said')
    .option('--root', 'make it a root')
    .option('--position <number>', 'place among its new siblings, 0 is the first', wholeNumber(0, MAX_POSITION))
    .addHelpText('after', '\nExample:\n  $ cartwright categories move boots --parent outdoor --position 0')
    .action(act(async () => (await import('./manage-categories.ts')).moveCategory));

  categories
    .command('reorder')
    .description('Put all that is directly below a category into an order.')
    .argument('<categories...>', 'slugs or ids, all of them')
    .option('--parent <category>', 'slug or id; the roots without it')
    .addHelpText('after', '\nExample:\n  $ cartwright categories reorder boots sandals slippers --parent shoes')
    .action(act(async () => (await import('./manage-categories.ts')).reorderCategories));

  categories
    .command('delete')
    .description('Delete a category that has nothing in it.')
    .argument('<category>', 'slug or id')
    .option('--reassign-to <category>', 'give its products, its children and its slugs to this one first')
    .addHelpText('after', '\nExample:\n  $ cartwright categories delete clogs --reassign-to sandals')
    .action(act(async () => (await import('./manage-categories.ts')).deleteCategory));

  const locales = program.command('locales').description('See and change the languages of the store.');

  locales
    .command('list')
    .description('List the languages, the default first.')
    .addHelpText('after', '\nExample:\n  $ cartwright locales list')
    .action(act(async () => (await import('./manage-locales.ts')).listLocales));

  locales
    .command('add')
    .description('Add a language, or make one the default.')
    .argument('<locale>', 'such as de or de-AT')
    .option('--default', 'texts that are missing in other languages are looked for in it')
    .addHelpText('after', '\nExample:\n  $ cartwright locales add de-AT')
    .action(act(async () => (await import('./manage-locales.ts')).addLocale));

  locales
    .command('remove')
    .description('Remove a language; its texts are kept until it is added again.')
    .argument('<locale>', 'such as de or de-AT')
    .addHelpText('after', '\nExample:\n  $ cartwright locales remove de-AT')
    .action(act(async () => (await import('./manage-locales.ts')).removeLocale));

  const profiles = program.command('shipping-profiles').description('See and change the kinds of shipping.');

  profiles
    .command('list')
    .description('List the shipping profiles.')
    .addHelpText('after', '\nExample:\n  $ cartwright shipping-profiles list')
    .action(act(async () => (await import('./manage-locales.ts')).listShippingProfiles));

  profiles
    .command('save')
    .description('Add a shipping profile, or rename one.')
    .argument('<code>')
    .argument('<name>')
    .addHelpText('after', '\nExample:\n  $ cartwright shipping-profiles save pallet "Pallets"')
    .action(act(async () => (await import('./manage-locales.ts')).saveShippingProfile));
}
