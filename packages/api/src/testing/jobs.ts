import type { QueueName } from '@cartwright/db';
import { querySql } from '@cartwright/db/testing';
import { runJobs } from '../jobs/run-jobs.ts';
import type { TestRuntime } from './index.ts';

/** Does the jobs that wait in a queue, or those given, as the worker would; answers what they were about. */
export async function takeJobs(runtime: TestRuntime, name: QueueName, given?: readonly object[]): Promise<object[]> {
  const jobs = given ?? (await waiting(runtime, name));
  const failures = await runJobs(
    runtime,
    name,
    jobs.map((data, index) => ({ id: `job-${index}`, data })),
  );
  const [failure] = failures;
  if (failure) throw failure.error;
  return [...jobs];
}

async function waiting({ databaseUrl }: TestRuntime, name: QueueName): Promise<object[]> {
  const sql = 'delete from pgboss.job where name = $1 returning data, created_on';
  const rows = await querySql<{ data: object; created_on: Date }>(databaseUrl, sql, [name]);
  return rows.sort((a, b) => a.created_on.getTime() - b.created_on.getTime()).map(({ data }) => data);
}
