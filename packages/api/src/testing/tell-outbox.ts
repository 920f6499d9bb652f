import type { QueueJob, QueueName } from '@cartwright/db';
import { querySql } from '@cartwright/db/testing';
import { runJobs } from '../jobs/run-jobs.ts';
import type { TestRuntime } from './index.ts';

/** Does jobs as the worker would, but throws where one fails. */
export async function doJobs(runtime: TestRuntime, name: QueueName, jobs: QueueJob[]): Promise<void> {
  const [failure] = await runJobs(runtime, name, jobs);
  if (failure) throw failure.error;
}

/** Tells every fact that waits in the outbox, as the worker would. */
export async function tellOutbox(runtime: TestRuntime): Promise<void> {
  // A told fact may announce another one.
  for (let rows = await undelivered(runtime); rows.length > 0; rows = await undelivered(runtime)) {
    for (const { id, topic } of rows) await doJobs(runtime, topic, [{ id, data: { outboxId: id } }]);
  }
}

async function undelivered(runtime: TestRuntime): Promise<{ id: string; topic: QueueName }[]> {
  return query(runtime, 'select id, topic from outbox where delivered_at is null order by created_at, id');
}

/** Rows straight from the tables, for assertions that must not trust our own reads. */
export function query<Row extends object>(runtime: TestRuntime, text: string, values: unknown[] = []): Promise<Row[]> {
  return querySql<Row>(runtime.databaseUrl, text, values);
}
