import { sqlOf } from './handle.ts';
import type { Db, Tx } from './types.ts';

export interface IdempotencyClaim {
  scope: string;
  procedure: string;
  key: string;
  requestHash: string;
  now: Date;
  lockedUntil: Date;
}

export type IdempotencyOutcome =
  | { outcome: 'claimed' }
  | { outcome: 'in_flight' }
  | { outcome: 'other_request' }
  | { outcome: 'answered'; response: string };

/**
 * Claims a key for one request, in a statement of its own that commits at once: the claim must be seen by a
 * parallel request before ours has finished. A claim whose lease has run out is taken over.
 */
export async function claimIdempotencyKey(db: Db, claim: IdempotencyClaim): Promise<IdempotencyOutcome> {
  const { scope, procedure, key, requestHash, now, lockedUntil } = claim;
  const claimed = await sqlOf(db)
    .insertInto('idempotencyKeys')
    .values({ scope, procedure, key, requestHash, lockedUntil, createdAt: now })
    .onConflict((conflict) =>
      conflict
        .columns(['scope', 'procedure', 'key'])
        .doUpdateSet({ lockedUntil })
        .where('idempotencyKeys.response', 'is', null)
        .where('idempotencyKeys.requestHash', '=', requestHash)
        .where('idempotencyKeys.lockedUntil', '<', now),
    )
    .returning('key')
    .executeTakeFirst();
  if (claimed) return { outcome: 'claimed' };
  const row = await sqlOf(db)
    .selectFrom('idempotencyKeys')
    .select(['requestHash', 'response'])
    .where('scope', '=', scope)
    .where('procedure', '=', procedure)
    .where('key', '=', key)
    .executeTakeFirst();
  if (row && row.requestHash !== requestHash) return { outcome: 'other_request' };
  if (row && row.response !== null) return { outcome: 'answered', response: row.response };
  return { outcome: 'in_flight' };
}

/** Keeps the answer of a claim, unless its lease has run out and another request has taken it over. */
export async function saveIdempotentResponse(db: Db, answer: IdempotencyClaim & { response: string }): Promise<void> {
  await sqlOf(db)
    .updateTable('idempotencyKeys')
    .set({ response: answer.response })
    .where('scope', '=', answer.scope)
    .where('procedure', '=', answer.procedure)
    .where('key', '=', answer.key)
    .where('lockedUntil', '=', answer.lockedUntil)
    .where('response', 'is', null)
    .execute();
}

/** Frees a key whose request had no effect, unless another request has taken it over. */
export async function deleteIdempotencyKey(db: Db, claim: IdempotencyClaim): Promise<void> {
  await sqlOf(db)
    .deleteFrom('idempotencyKeys')
    .where('scope', '=', claim.scope)
    .where('procedure', '=', claim.procedure)
    .where('key', '=', claim.key)
    .where('lockedUntil', '=', claim.lockedUntil)
    .where('response', 'is', null)
    .execute();
}

/** Forgets answers older than `before`, at most `limit` of them; answers how many. */
export async function deleteOldIdempotencyKeys(db: Db, query: { before: Date; limit: number }): Promise<number> {
  const result = await sqlOf(db)
    .deleteFrom('idempotencyKeys')
    .where(({ eb, refTuple, selectFrom }) =>
      eb(
        refTuple('scope', 'procedure', 'key'),
        'in',
        selectFrom('idempotencyKeys')
          .select(['scope', 'procedure', 'key'])
          .where('createdAt', '<', query.before)
          .limit(query.limit)
          .$asTuple('scope', 'procedure', 'key'),
      ),
    )
    .executeTakeFirst();
  return Number(result.numDeletedRows);
}

/** Forgets the answers that a caller was given. */
export async function deleteCallerIdempotencyKeys(tx: Tx, query: { scope: string }): Promise<void> {
  await sqlOf(tx).deleteFrom('idempotencyKeys').where('scope', '=', query.scope).execute();
}
