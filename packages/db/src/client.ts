import { CamelCasePlugin, Kysely, PostgresDialect } from 'kysely';
import pg from 'pg';
import { isDatabaseUnavailable } from './constraint-error.ts';
import { insideOf, wrapDb } from './handle.ts';
import { pipelinedReads } from './pipelined-reads.ts';
import type { Schema } from './schema.gen.ts';
import type { Db } from './types.ts';

export interface DbOptions {
  /** `postgres://…` */
  url: string;
  /** Largest number of connections; 5 by default, which two cores can keep busy. */
  maxConnections?: number;
  /** Shown in `pg_stat_activity`. */
  applicationName?: string;
  /** Called with the text of every statement sent, for counting in tests. */
  onStatement?: (sql: string) => void;
  /** An idle connection broke. The pool replaces it; without a listener the process would end. */
  onConnectionError?: (error: Error) => void;
}

const INT8_OID = 20;
const DATE_OID = 1082;

/** int8 as a number, refusing what a double cannot hold: a silently rounded amount is worse than an error. */
function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 value ${text} is beyond 2^53`);
  return value;
}

const typeParsers = new pg.TypeOverrides();
typeParsers.setTypeParser(INT8_OID, parseInt8);
typeParsers.setTypeParser(DATE_OID, (text: string) => text);

// Preparing pays from the second run on; the cap keeps a bug that varies the text from filling the server's memory.
const MAX_PREPARED_STATEMENTS = 500;
const statementNames = new Map<string, string>();

function statementName(text: string): string | undefined {
  const known = statementNames.get(text);
  if (known !== undefined) return known;
  if (statementNames.size >= MAX_PREPARED_STATEMENTS) return undefined;
  const name = `s${statementNames.size}`;
  statementNames.set(text, name);
  return name;
}

// The short statements of a transaction are planned once: planning them anew costs as much as running them. Searches
// and lists, which run outside of one, are better planned for their values.
const BEGIN = 'begin; set local plan_cache_mode = force_generic_plan';

/** What Kysely asks of a pooled connection; every statement is sent as a named one. */
function preparedPool(pool: pg.Pool, onStatement?: (sql: string) => void) {
  return {
    async connect() {
      const client = await pool.connect();
      return {
        query(text: string, values: readonly unknown[] = []) {
          onStatement?.(text);
          if (text === 'begin') return client.query(BEGIN);
          return client.query({ name: statementName(text), text, values: values as unknown[] });
        },
        release: () => client.release(),
      };
    },
    end: () => pool.end(),
  };
}

/** Opens a pool. Nothing connects before the first statement. */
export function createDb(options: DbOptions): Db {
  const { url, onConnectionError, applicationName = 'cartwright' } = options;
  const common = { connectionString: url, application_name: applicationName, types: typeParsers };
  const pool = new pg.Pool({
    ...common,
    max: options.maxConnections ?? 5,
    // A queue of a thousand checkouts is worked off well within this; a database that is down refuses at once.
    connectionTimeoutMillis: 15_000,
    idleTimeoutMillis: 30_000,
    // Bounds on what one statement, one lock wait and one forgotten transaction may hold up.
    options:
      '-c jit=off -c statement_timeout=20s -c lock_timeout=10s -c idle_in_transaction_session_timeout=20s -c timezone=UTC',
  });
  pool.on('error', (error) => onConnectionError?.(error));
  const short = pipelinedReads({
    ...common,
    ...(onConnectionError && { onConnectionError }),
    connectionTimeoutMillis: 5_000,
    options: '-c statement_timeout=5s -c timezone=UTC -c plan_cache_mode=force_generic_plan',
  });
  const dialect = new PostgresDialect({ pool: preparedPool(pool, options.onStatement) as never });
  const kysely = new Kysely<Schema>({ dialect, plugins: [new CamelCasePlugin({ maintainNestedObjectKeys: true })] });
  const query = async <Row>(text: string, values: unknown[]): Promise<Row[]> => {
    options.onStatement?.(text);
    const { rows } = await pool.query({ name: statementName(text), text, values });
    return rows as Row[];
  };
  const read = async <Row>(text: string, values: unknown[]): Promise<Row[]> => {
    const name = statementName(text);
    if (name === undefined) return query(text, values);
    try {
      const rows = (await short.query({ name, text, values })) as Row[];
      options.onStatement?.(text);
      return rows;
    } catch (error) {
      // The line has broken, or something slow was in it: reading again changes nothing.
      if (isDatabaseUnavailable(error)) return query(text, values);
      throw error;
    }
  };
  const close = async (): Promise<void> => {
    await Promise.all([kysely.destroy(), short.end()]);
  };
  return wrapDb({ kysely, pool, query, read, close });
}

/** Closes every connection; waits for those in use. */
export async function closeDb(db: Db): Promise<void> {
  await insideOf(db).close();
}

/** Answers when the database does; throws when it does not. */
export async function pingDb(db: Db): Promise<void> {
  await insideOf(db).pool.query('select 1');
}
