import { sqlOf } from './handle.ts';
import type { Tx } from './types.ts';

export interface SpentNoteRow {
  /** SHA-256 of what makes the note unlike any other, in hex. */
  id: string;
  expiresAt: Date;
}

/** Answers true to the first, and false to everybody after. */
export async function insertSpentNote(tx: Tx, note: SpentNoteRow): Promise<boolean> {
  const inserted = await sqlOf(tx)
    .insertInto('spentNotes')
    .values(note)
    .onConflict((conflict) => conflict.column('id').doNothing())
    .returning('id')
    .executeTakeFirst();
  return inserted !== undefined;
}

/** Forgets those that have expired, at most 10,000; answers how many. */
export async function deleteExpiredSpentNotes(tx: Tx, query: { now: Date }): Promise<number> {
  const result = await sqlOf(tx)
    .deleteFrom('spentNotes')
    .where('id', 'in', (eb) =>
      eb.selectFrom('spentNotes').select('id').where('expiresAt', '<=', query.now).limit(10_000),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}
