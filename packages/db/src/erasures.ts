import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** That the data of an account were erased. */
export interface ErasureRow {
  userId: string;
  erasedAt: Date;
  actor: unknown;
  /** Null while some order keeps its address for its delivery. */
  finishedAt: Date | null;
}

const COLUMNS = ['userId', 'erasedAt', 'actor', 'finishedAt'] as const;

/** By account, after the account `afterId`. */
export async function listErasures(
  reader: Reader,
  query: { afterId: string | null; limit: number },
): Promise<ErasureRow[]> {
  const { afterId, limit } = query;
  return sqlOf(reader)
    .selectFrom('erasures')
    .select(COLUMNS)
    .$if(afterId !== null, (qb) => qb.where('userId', '>', afterId ?? ''))
    .orderBy('userId')
    .limit(limit)
    .execute();
}

/** Those that are not finished and began before `before`; by account, after the account `afterId`. */
export async function listUnfinishedErasures(
  reader: Reader,
  query: { before: Date; afterId: string | null; limit: number },
): Promise<ErasureRow[]> {
  const { before, afterId, limit } = query;
  return sqlOf(reader)
    .selectFrom('erasures')
    .select(COLUMNS)
    .where('finishedAt', 'is', null)
    .where('erasedAt', '<', before)
    .$if(afterId !== null, (qb) => qb.where('userId', '>', afterId ?? ''))
    .orderBy('userId')
    .limit(limit)
    .execute();
}

export async function insertErasure(tx: Tx, erasure: Omit<ErasureRow, 'finishedAt'>): Promise<void> {
  await sqlOf(tx)
    .insertInto('erasures')
    .values({ ...erasure, actor: JSON.stringify(erasure.actor) })
    .execute();
}

export async function saveErasureFinished(tx: Tx, erasure: { userId: string; at: Date }): Promise<void> {
  await sqlOf(tx)
    .updateTable('erasures')
    .set({ finishedAt: erasure.at })
    .where('userId', '=', erasure.userId)
    .where('finishedAt', 'is', null)
    .execute();
}
