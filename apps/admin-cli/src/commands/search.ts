import { type Command, InvalidArgumentError } from 'commander';
import type { Act } from '../cli.ts';
import { collect, wholeNumber } from './values.ts';

export interface Boost {
  code: string;
  value: string;
  factor: number;
}

export function addSearchCommands(program: Command, act: Act): void {
  const search = program.command('search').description('Say what shoppers find.');
  const load = () => import('./manage-search.ts');

  search
    .command('queries')
    .description('Print what was searched for, the most frequent first.')
    .option('--nothing', 'only what found nothing')
    .option('--days <count>', 'of the last days', wholeNumber(1, 400), 30)
    .addHelpText('after', '\nExample:\n  $ cartwright search queries --nothing')
    .action(act(async () => (await load()).listQueries));

  search
    .command('rebuild')
    .description('Have the worker write the index anew while searches go on.')
    .action(act(async () => (await load()).rebuild));

  const synonyms = search.command('synonyms').description('Words that find one another.');
  synonyms
    .command('list')
    .description('Print all synonyms.')
    .action(act(async () => (await load()).listSynonyms));
  synonyms
    .command('add')
    .description('Add words, each in quotes when it is several words.')
    .argument('<terms...>')
    .option('--one-way', 'the first finds the others, and they do not find it')
    .option('--locale <locale>', 'in this language only, such as de')
    .addHelpText('after', '\nExample:\n  $ cartwright search synonyms add laptop "notebook computer"')
    .action(act(async () => (await load()).addSynonym));
  synonyms
    .command('remove')
    .description('Remove a synonym.')
    .argument('<id>')
    .action(act(async () => (await load()).removeSynonym));

  search
    .command('stop-words')
    .description('Print the stop words of all languages, or replace those of one.')
    .argument('[words...]')
    .option('--locale <locale>', 'the language whose words are replaced; without words it has none')
    .addHelpText('after', '\nExample:\n  $ cartwright search stop-words cheap best --locale en')
    .action(act(async () => (await load()).stopWords));

  const rules = search.command('rules').description('Pin, hide and boost products.');
  rules
    .command('list')
    .description('Print all rules.')
    .action(act(async () => (await load()).listRules));
  rules
    .command('add')
    .description('Add a rule.')
    .argument('<name>')
    .option('--query <text>', 'for this query; for every query without it')
    .option('--contains', 'also for queries that contain it')
    .option('--pin <product>', 'a product that comes first, by slug, SKU or id; may be repeated', collect)
    .option('--hide <product>', 'a product that is left out; may be repeated', collect)
    .option('--boost <code=value:factor>', 'products with this facet value count more; may be repeated', collectBoost)
    .addHelpText('after', '\nExample:\n  $ cartwright search rules add "Ours first" --query mug --boost brand=Acme:2')
    .action(act(async () => (await load()).addRule));
  rules
    .command('remove')
    .description('Remove a rule.')
    .argument('<id>')
    .action(act(async () => (await load()).removeRule));
}

function collectBoost(text: string, before: readonly Boost[] = []): Boost[] {
  const [, code, value, factor] = /^([^=]+)=(.+):(\d+(?:\.\d+)?)$/.exec(text) ?? [];
  if (code === undefined || value === undefined) throw new InvalidArgumentError('Such as brand=Acme:2.');
  return [...before, { code, value, factor: Number(factor) }];
}
