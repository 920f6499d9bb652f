import { randomBytes } from 'node:crypto';
import pg from 'pg';

export const TEMPLATE_DATABASE = 'cartwright_template';

export interface TestDatabase {
  url: string;
  /** Also ends the connections that the test left open. */
  drop(): Promise<void>;
}

/** The same server and login, another database. */
export function databaseUrl(url: string, database: string): string {
  const changed = new URL(url);
  changed.pathname = `/${database}`;
  return changed.href;
}

/** Clones the migrated template on the cluster that `adminUrl` names. */
export async function cloneTemplate(adminUrl: string): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  await onCluster(adminUrl, `create database ${name} template ${TEMPLATE_DATABASE} strategy wal_log`);
  return {
    url: databaseUrl(adminUrl, name),
    drop: () => onCluster(adminUrl, `drop database if exists ${name} with (force)`),
  };
}

async function onCluster(adminUrl: string, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: adminUrl });
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}

/** Runs one statement of a test's own on a connection of its own; columns keep their database names. */
export async function querySql<Row extends object>(url: string, text: string, values: unknown[] = []): Promise<Row[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    const { rows } = await client.query<Row>(text, values);
    return rows;
  } finally {
    await client.end();
  }
}
