import { migrate } from '@cartwright/db';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { databaseUrl, inWords } from './runtime.ts';

/** `ops migrate`: names what it applied. */
export async function migrateDatabase(cli: Cli): Promise<undefined> {
  const url = databaseUrl(cli);
  const applied = await inWords(() => migrate(url));
  if (cli.json) return void cli.out(json({ applied }));
  cli.out(applied.length === 0 ? 'The database is up to date.' : `Applied ${applied.join(', ')}.`);
}
