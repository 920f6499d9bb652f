import { setTimeout as sleep } from 'node:timers/promises';
import type { Runtime } from '@cartwright/api';
import { pingDb } from '@cartwright/db';

/** How long one answer of the database is good for: probes must not become load. */
const PING_TTL_MS = 1_000;
const PING_TIMEOUT_MS = 2_000;

/** Whether the database answers, asked at most once a second however often it is called. */
export function databaseProbe(runtime: Pick<Runtime, 'db'>): () => Promise<boolean> {
  let asked: { at: number; answer: Promise<boolean> } | undefined;
  return () => {
    const now = performance.now();
    if (asked === undefined || now - asked.at >= PING_TTL_MS) asked = { at: now, answer: ping(runtime) };
    return asked.answer;
  };
}

async function ping({ db }: Pick<Runtime, 'db'>): Promise<boolean> {
  const limit = new AbortController();
  const tooLate = sleep(PING_TIMEOUT_MS, false, { signal: limit.signal, ref: false }).catch(() => false);
  const answered = pingDb(db).then(
    () => true,
    () => false,
  );
  const alive = await Promise.race([answered, tooLate]);
  limit.abort();
  return alive;
}
