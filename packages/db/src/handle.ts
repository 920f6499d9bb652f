import type { Kysely } from 'kysely';
import type { Pool } from 'pg';
import type { Schema } from './schema.gen.ts';
import type { Db, Reader, Tx } from './types.ts';

/** The inside of a {@link Db}. */
export interface DbInside {
  kysely: Kysely<Schema>;
  pool: Pool;
  /** Sends one statement past Kysely; columns keep their names. */
  query: <Row>(text: string, values: unknown[]) => Promise<Row[]>;
  /** The same for a short read, beside others on one connection. */
  read: <Row>(text: string, values: unknown[]) => Promise<Row[]>;
  close: () => Promise<void>;
}

const databases = new WeakMap<object, DbInside>();
const kyselys = new WeakMap<object, Kysely<Schema>>();

export function wrapDb(inside: DbInside): Db {
  const db = Object.freeze({}) as unknown as Db;
  databases.set(db, inside);
  kyselys.set(db, inside.kysely);
  return db;
}

export function wrapTx(transaction: Kysely<Schema>): Tx {
  const tx = Object.freeze({}) as unknown as Tx;
  kyselys.set(tx, transaction);
  return tx;
}

/** The query builder behind a handle; for files of this package only. */
export function sqlOf(reader: Reader): Kysely<Schema> {
  const kysely = kyselys.get(reader);
  if (!kysely) throw new TypeError('Not a database handle, or its transaction has ended.');
  return kysely;
}

/** The inside of a handle that is not a transaction's. */
export function poolBehind(reader: Reader): DbInside | undefined {
  return databases.get(reader);
}

export function insideOf(db: Db): DbInside {
  const inside = databases.get(db);
  if (!inside) throw new TypeError('Not a database handle.');
  return inside;
}

/** Makes a transaction handle useless once its transaction has ended. */
export function forgetTx(tx: Tx): void {
  kyselys.delete(tx);
}
