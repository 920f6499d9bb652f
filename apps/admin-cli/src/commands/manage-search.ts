import type { CartwrightClient, RouterOutputs } from '@cartwright/client';
import { type Cli, usageError } from '../cli.ts';
import { json } from '../output/json.ts';
import { printable } from '../output/printable.ts';
import { type Column, table } from '../output/table.ts';
import { connect } from '../session/connect.ts';
import { findProduct } from './find-product.ts';
import type { Boost } from './search.ts';

type Query = RouterOutputs['search']['queries']['items'][number];
type Synonym = RouterOutputs['search']['synonyms']['items'][number];
type Rule = RouterOutputs['search']['rules']['items'][number];

const queryColumns: Column<Query>[] = [
  { head: 'Query', cell: (row) => row.query, maxWidth: 60 },
  { head: 'Language', cell: (row) => row.locale },
  { head: 'Asked', cell: (row) => row.asked, align: 'right' },
  { head: 'Found nothing', cell: (row) => row.foundNothing, align: 'right' },
  { head: 'Matches', cell: (row) => row.total, align: 'right' },
];
const synonymColumns: Column<Synonym>[] = [
  { head: 'Id', cell: (row) => row.id },
  { head: 'Words', cell: (row) => row.terms.join(row.oneWay ? ' → ' : ' = ') },
  { head: 'Language', cell: (row) => row.locale ?? 'all' },
];
const ruleColumns: Column<Rule>[] = [
  { head: 'Id', cell: (row) => row.id },
  { head: 'Rule', cell: (row) => row.name, maxWidth: 40 },
  { head: 'Query', cell: (row) => (row.query === null ? 'every query' : `${row.match} "${row.query}"`) },
  { head: 'Pinned', cell: (row) => row.pinned.length, align: 'right' },
  { head: 'Hidden', cell: (row) => row.hidden.length, align: 'right' },
  {
    head: 'Boosts',
    cell: (row) => row.boosts.map(({ code, value, factor }) => `${code}=${value}:${factor}`).join(' '),
  },
];

function print<Row>(
  cli: Cli,
  items: readonly Row[],
  { columns, none }: { columns: Column<Row>[]; none: string },
): void {
  if (cli.json) cli.out(json({ items }));
  else cli.out(items.length === 0 ? none : table(cli, columns, items));
}

/** `search queries`. */
export async function listQueries(cli: Cli, options: { nothing?: boolean; days: number }): Promise<undefined> {
  const { nothing: onlyNothing = false, days } = options;
  const { items } = await connect(cli).search.queries.query({ onlyNothing, days });
  print(cli, items, { columns: queryColumns, none: 'No queries.' });
}

/** `search rebuild`. */
export async function rebuild(cli: Cli): Promise<undefined> {
  await connect(cli).search.rebuild.mutate();
  cli.out(cli.json ? json({ requested: true }) : 'The worker writes the index anew.');
}

/** `search synonyms list`. */
export async function listSynonyms(cli: Cli): Promise<undefined> {
  const { items } = await connect(cli).search.synonyms.query();
  print(cli, items, { columns: synonymColumns, none: 'No synonyms.' });
}

/** `search synonyms add`. */
export async function addSynonym(
  cli: Cli,
  terms: string[],
  options: { oneWay?: boolean; locale?: string },
): Promise<undefined> {
  const synonym = await connect(cli).search.createSynonym.mutate({ terms, ...options });
  cli.out(cli.json ? json(synonym) : table(cli, synonymColumns, [synonym]));
}

/** `search synonyms remove`. */
export async function removeSynonym(cli: Cli, synonymId: string): Promise<undefined> {
  await connect(cli).search.deleteSynonym.mutate({ synonymId });
  cli.out(cli.json ? json({ removed: synonymId }) : 'The synonym is gone.');
}

/** `search stop-words`. */
export async function stopWords(cli: Cli, words: string[], options: { locale?: string }): Promise<undefined> {
  const { locale } = options;
  if (locale === undefined && words.length > 0) throw usageError('Say which language they are of: --locale en.');
  const { search } = connect(cli);
  const { items } =
    locale === undefined ? await search.stopWords.query() : await search.setStopWords.mutate({ locale, words });
  const lines = items.map((row) => printable(`${row.locale}: ${row.words.join(' ')}`));
  cli.out(cli.json ? json({ items }) : lines.join('\n') || 'No stop words.');
}

/** `search rules list`. */
export async function listRules(cli: Cli): Promise<undefined> {
  const { items } = await connect(cli).search.rules.query();
  print(cli, items, { columns: ruleColumns, none: 'No rules.' });
}

interface RuleOptions {
  query?: string;
  contains?: boolean;
  pin?: string[];
  hide?: string[];
  boost?: Boost[];
}

/** `search rules add`. */
export async function addRule(cli: Cli, name: string, options: RuleOptions): Promise<undefined> {
  const client = connect(cli);
  const rule = await client.search.createRule.mutate({
    name,
    query: options.query ?? null,
    match: options.contains ? 'contains' : 'exact',
    pinned: await idsOf(client, options.pin),
    hidden: await idsOf(client, options.hide),
    boosts: options.boost ?? [],
  });
  cli.out(cli.json ? json(rule) : table(cli, ruleColumns, [rule]));
}

async function idsOf(client: CartwrightClient, keys: readonly string[] = []): Promise<string[]> {
  const ids: string[] = [];
  for (const key of keys) ids.push((await findProduct(client, key)).id);
  return ids;
}

/** `search rules remove`. */
export async function removeRule(cli: Cli, ruleId: string): Promise<undefined> {
  await connect(cli).search.deleteRule.mutate({ ruleId });
  cli.out(cli.json ? json({ removed: ruleId }) : 'The rule is gone.');
}
