import type { CartwrightClient, RouterInputs, RouterOutputs } from '@cartwright/client';
import { type Cli, CliError } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { json } from '../output/json.ts';
import { printPage } from '../output/page.ts';
import { printable } from '../output/printable.ts';
import type { Column } from '../output/table.ts';
import { minute } from '../output/text.ts';
import { connect } from '../session/connect.ts';
import { findInPages } from './find-in-pages.ts';
import { asPermissions } from './manage-roles.ts';
import { isUuid } from './values.ts';

type ApiKey = RouterOutputs['access']['apiKeys']['items'][number];

const columns: Column<ApiKey>[] = [
  { head: 'Key', cell: (key) => key.prefix },
  { head: 'Name', cell: (key) => key.name, maxWidth: 30 },
  { head: 'Made by', cell: (key) => key.createdBy.email, maxWidth: 30 },
  { head: 'Last used', cell: (key) => minute(key.lastUsedAt) },
  { head: 'Expires', cell: (key) => minute(key.expiresAt) },
  { head: 'Revoked', cell: (key) => minute(key.revokedAt) },
  { head: 'Permissions', cell: (key) => key.permissions.join(' ') },
];

/** `api-keys list`. */
export async function listApiKeys(cli: Cli, options: RouterInputs['access']['apiKeys']): Promise<undefined> {
  const page = await connect(cli).access.apiKeys.query(options);
  printPage(cli, page, { columns, none: 'No keys.' });
}

/** `api-keys create`: the key alone on standard output, so that a script can take it. */
export async function createApiKey(
  cli: Cli,
  name: string,
  options: { permission: string[]; expiresInDays: number },
): Promise<undefined> {
  const { permission, expiresInDays } = options;
  const input = { name, permissions: asPermissions(permission), expiresInDays };
  const created = await connect(cli).access.createApiKey.mutate(input);
  if (cli.json) return void cli.out(json(created));
  cli.out(created.key);
  cli.err(`Keep it: it is not shown again. It expires ${minute(created.apiKey.expiresAt)}.`);
}

/** `api-keys revoke`. */
export async function revokeApiKey(cli: Cli, prefixOrId: string): Promise<undefined> {
  const client = connect(cli);
  await client.access.revokeApiKey.mutate({ apiKeyId: await findApiKeyId(client, prefixOrId) });
  cli.out(cli.json ? json({ revoked: prefixOrId }) : `${printable(prefixOrId)} is refused within five seconds.`);
}

async function findApiKeyId(client: CartwrightClient, prefixOrId: string): Promise<string> {
  if (isUuid(prefixOrId)) return prefixOrId.toLowerCase();
  const key = await findInPages(
    (page) => client.access.apiKeys.query(page),
    ({ prefix }) => prefix === prefixOrId,
  );
  if (key !== undefined) return key.id;
  throw new CliError(`There is no key ${prefixOrId}.`, { code: 'not_found', exitCode: exitCodes.noInput });
}
