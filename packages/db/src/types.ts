/**
 * What other packages hold instead of a database connection. The brands are never exported, so outside
 * this package nothing can be selected from them: SQL lives here and nowhere else.
 */
declare const dbBrand: unique symbol;
declare const txBrand: unique symbol;

/** A pool of connections; reads run on it, writes need a {@link Tx}. */
export interface Db {
  readonly [dbBrand]: true;
}

/** An open transaction. Writing and locking functions take this, so forgetting one does not compile. */
export interface Tx {
  readonly [txBrand]: true;
}

/** Anything that can be read from. */
export type Reader = Db | Tx;
