import { type Command, Option } from 'commander';
import type { Act } from '../cli.ts';
import { collect, pageOptions, wholeNumber } from './values.ts';

const TYPES = ['text', 'long-text', 'integer', 'decimal', 'boolean', 'date', 'enum', 'multi-enum', 'color'].concat([
  'reference',
  'multi-text',
]);
const MAX_POSITION = 1_000_000;
const FLAGS = [
  ['required', 'whether a product must have a value'],
  ['filterable', 'whether its values are facets of the search'],
  ['sortable', 'whether products can be ordered by it'],
  ['searchable', 'whether its values are found by the search'],
  ['variant-forming', 'whether variants of a product differ in it'],
] as const;

/** An option for each flag: yes, no, or whatever else is allowed. */
function flagOptions(command: Command, choices: string[]): Command {
  for (const [flag, text] of FLAGS) command.addOption(new Option(`--${flag} <answer>`, text).choices(choices));
  return command.option('--position <number>', 'among the attributes of a product', wholeNumber(0, MAX_POSITION));
}

const OPTION_HELP = `
An option of an enum is "label" or "code=label"; one of a color is "code=label=#rrggbb".`;

export function addAttributeCommands(program: Command, act: Act): void {
  const attributes = program.command('attributes').description('See and change what products can say of themselves.');

  pageOptions(
    attributes
      .command('list')
      .description('List the attributes by code.')
      .option('--query <text>', 'a part of the name or code'),
  )
    .addHelpText('after', '\nExample:\n  $ cartwright attributes list --query colo')
    .action(act(async () => (await import('./manage-attributes.ts')).listAttributes));

  attributes
    .command('show')
    .description('Show one attribute with its options.')
    .argument('<attribute>', 'code')
    .addHelpText('after', '\nExample:\n  $ cartwright attributes show energy-class')
    .action(act(async () => (await import('./manage-attributes.ts')).showAttribute));

  flagOptions(
    attributes
      .command('create')
      .description('Define an attribute.')
      .argument('<name>')
      .addOption(new Option('--type <type>').choices(TYPES).makeOptionMandatory())
      .option('--code <code>', 'made from the name unless given')
      .option('--unit <unit>', 'of an integer or decimal, such as kg')
      .addOption(new Option('--refers-to <kind>', 'of a reference').choices(['product', 'category']))
      .option('--option <option>', 'may be repeated, in order', collect, []),
    ['yes', 'no'],
  )
    .addHelpText(
      'after',
      `${OPTION_HELP}

Examples:
  $ cartwright attributes create "Energy class" --type enum --option A --option B --filterable yes
  $ cartwright attributes create Shade --type color --option "navy=Navy blue=#000080"`,
    )
    .action(act(async () => (await import('./manage-attributes.ts')).createAttribute));

  flagOptions(
    attributes
      .command('update')
      .description('Change an attribute; what products have of it must fit.')
      .argument('<attribute>', 'code')
      .option('--name <name>')
      .option('--locale <locale>', 'the name given is in this language')
      .addOption(new Option('--type <type>').choices(TYPES))
      .option('--unit <unit>', 'of an integer or decimal')
      .option('--option <option>', 'may be repeated; together they replace those it has', collect)
      .option('--expect-version <number>', 'change nothing if somebody else has', wholeNumber(1, 2_147_483_647)),
    ['yes', 'no'],
  )
    .addHelpText(
      'after',
      `${OPTION_HELP}

Examples:
  $ cartwright attributes update energy-class --option A --option B --option C
  $ cartwright attributes update energy-class --locale de --name Energieklasse`,
    )
    .action(act(async () => (await import('./manage-attributes.ts')).updateAttribute));

  attributes
    .command('delete')
    .description('Delete an attribute that no product has.')
    .argument('<attribute>', 'code')
    .option('--remove-values', 'take it away from the products that have it')
    .addHelpText('after', '\nExample:\n  $ cartwright attributes delete old-code --remove-values')
    .action(act(async () => (await import('./manage-attributes.ts')).deleteAttribute));

  flagOptions(
    attributes
      .command('assign')
      .description('Give an attribute to the products of a category and below, or change what the category says of it.')
      .argument('<attribute>', 'code')
      .argument('<category>', 'slug or id'),
    ['yes', 'no'],
  )
    .addHelpText(
      'after',
      `
What is not said is as the nearest category above says, and in the end as the attribute is defined.

Example:
  $ cartwright attributes assign energy-class appliances --required yes`,
    )
    .action(act(async () => (await import('./manage-attributes.ts')).assignAttribute));

  attributes
    .command('unassign')
    .description('Take an attribute from a category; products keep what they have.')
    .argument('<attribute>', 'code')
    .argument('<category>', 'slug or id')
    .addHelpText('after', '\nExample:\n  $ cartwright attributes unassign energy-class appliances')
    .action(act(async () => (await import('./manage-attributes.ts')).unassignAttribute));
}
