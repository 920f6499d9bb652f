import type { RouterOutputs } from '@cartwright/client';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { type Column, table } from '../output/table.ts';
import { minute } from '../output/text.ts';
import { connect } from '../session/connect.ts';

type Key = RouterOutputs['auth']['listSigningKeys']['items'][number];

const columns: Column<Key>[] = [
  { head: 'Key', cell: (key) => key.kid },
  { head: 'State', cell: (key) => key.state },
  { head: 'Made', cell: (key) => minute(key.createdAt) },
  { head: 'Retired', cell: (key) => minute(key.retiredAt) },
  { head: 'Revoked', cell: (key) => minute(key.revokedAt) },
];

/** `keys list`. */
export async function listKeys(cli: Cli): Promise<undefined> {
  const keys = await connect(cli).auth.listSigningKeys.query();
  if (cli.json) return void cli.out(json(keys));
  cli.out(keys.items.length === 0 ? 'No keys yet: the first log-in makes one.' : table(cli, columns, keys.items));
}
