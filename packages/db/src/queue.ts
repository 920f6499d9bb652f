import { type Job, PgBoss } from 'pg-boss';
import { insideOf, sqlOf } from './handle.ts';
import type { Db, Tx } from './types.ts';

/** A job of a queue: its data is what was put in, as JSON. */
export interface QueueJob<T = unknown> {
  id: string;
  data: T;
}

/** Queue names and when their jobs run by themselves (cron, UTC), if they do. */
export interface QueueDefinition {
  name: string;
  cron?: string;
}

export interface JobFailure {
  id: string;
  error: Error;
}

export interface Queue {
  /** Adds a job in the caller's transaction: it exists exactly when the transaction commits. */
  add(tx: Tx, name: string, data: object, options?: { startAfterSeconds?: number }): Promise<void>;
  /**
   * Calls `handler` with the jobs of a queue, up to {@link BATCH_SIZE} at once. The jobs it names as failed are
   * tried again with backoff, all of them when it throws.
   */
  work<T>(name: string, handler: (jobs: QueueJob<T>[]) => Promise<JobFailure[]>): Promise<void>;
  /** Ends the workers after their current job and closes what the queue opened. */
  stop(): Promise<void>;
}

/** Jobs that a worker takes at once: looking costs as much as working on a few. */
const BATCH_SIZE = 50;
/** A notification for each commit would wake the worker for single jobs, and PostgreSQL takes a global lock for it. */
const POLLING_SECONDS = 0.5;

/** A job is tried for about three and a half days, ten minutes apart in the end; then it waits in `<name>.dead`. */
const RETRY_LIMIT = 500;

function executor(kysely: ReturnType<typeof sqlOf>) {
  return {
    async executeSql(text: string, values: unknown[] = []) {
      const result = await kysely.withoutPlugins().executeQuery({
        sql: text,
        parameters: values,
        query: { kind: 'RawNode', sqlFragments: [text], parameters: [] },
        queryId: { queryId: 'pg-boss' },
      });
      return { rows: [...result.rows] as Record<string, unknown>[] };
    },
  };
}

function log(onError: (error: Error) => void, boss: PgBoss): PgBoss {
  boss.on('error', onError);
  return boss;
}

/** Installs or upgrades pg-boss's schema and makes the queues; part of migrating. */
export async function migrateQueue(url: string, queues: readonly QueueDefinition[]): Promise<void> {
  const boss = log(() => undefined, new PgBoss({ connectionString: url, max: 1, supervise: false, schedule: false }));
  await boss.start();
  try {
    for (const { name } of queues) {
      await boss.createQueue(`${name}.dead`);
      const options = {
        retryLimit: RETRY_LIMIT,
        retryDelay: 1,
        retryBackoff: true,
        retryDelayMax: 600,
        expireInSeconds: 600,
      };
      await boss.createQueue(name, { ...options, deadLetter: `${name}.dead` });
    }
  } finally {
    await boss.stop({ graceful: false });
  }
}

/**
 * Opens the queue for adding jobs only (`url` absent), or for working too.
 * Errors of the machinery itself go to `onError`; it recovers by itself.
 */
export async function openQueue(options: {
  db: Db;
  onError: (error: Error) => void;
  worker?: { url: string; queues: readonly QueueDefinition[] };
}): Promise<Queue> {
  const { db, onError, worker } = options;
  const boss = worker
    ? new PgBoss({ connectionString: worker.url, max: 3, migrate: false })
    : new PgBoss({ db: executor(insideOf(db).kysely), supervise: false, schedule: false, migrate: false });
  log(onError, boss);
  await boss.start();
  for (const { name, cron } of worker?.queues ?? []) {
    if (cron) await boss.schedule(name, cron, null, { tz: 'UTC' });
  }
  return {
    async add(tx, name, data, addOptions) {
      const db = executor(sqlOf(tx));
      await boss.send(name, data, { db, startAfter: addOptions?.startAfterSeconds ?? 0 });
    },
    async work<T>(name: string, handler: (jobs: QueueJob<T>[]) => Promise<JobFailure[]>) {
      const workOptions = { batchSize: BATCH_SIZE, burstWhenBatchFull: true, pollingIntervalSeconds: POLLING_SECONDS };
      await boss.work<T>(name, workOptions, async (jobs: Job<T>[]) => {
        const failures = await handler(jobs.map(({ id, data }) => ({ id, data })));
        // What is failed here stays failed: pg-boss completes only the jobs that are still active.
        for (const { id, error } of failures) await boss.fail(name, id, { message: error.message });
      });
    },
    stop: () => boss.stop({ graceful: true, timeout: 8_000 }),
  };
}
