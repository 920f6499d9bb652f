import { sql } from 'kysely';
import { errorCode } from './constraint-error.ts';
import { forgetTx, insideOf, sqlOf, wrapTx } from './handle.ts';
import type { Db, Tx } from './types.ts';

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';
const MAX_ATTEMPTS = 4;

/**
 * Runs `body` in one read-committed transaction, which commits when it returns and rolls back when it throws.
 * Serialization failures and deadlocks are run again, up to three times with jitter: the body has no
 * effect outside the database, so running it again is safe.
 */
export async function transaction<T>(db: Db, body: (tx: Tx) => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await insideOf(db)
        .kysely.transaction()
        .execute(async (transaction) => {
          const tx = wrapTx(transaction);
          try {
            return await body(tx);
          } finally {
            forgetTx(tx);
          }
        });
    } catch (error) {
      const code = errorCode(error);
      const retryable = code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
      if (!retryable || attempt === MAX_ATTEMPTS) throw error;
      await new Promise((resolve) => setTimeout(resolve, 2 ** attempt * 5 * (0.5 + Math.random())));
    }
  }
}

/** Runs `body` and takes back all that it wrote; its answer stays. The transaction goes on. */
export async function rolledBack<T>(tx: Tx, body: () => Promise<T>): Promise<T> {
  const kysely = sqlOf(tx);
  await sql`savepoint before_trial`.execute(kysely);
  const result = await body();
  await sql`rollback to savepoint before_trial`.execute(kysely);
  return result;
}
