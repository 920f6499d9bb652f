import { type JobFailure, outbox, type QueueJob, type QueueName } from '@cartwright/db';
import { z } from 'zod';
import type { Ctx, Runtime } from '../context.ts';
import { toDomainError } from '../trpc/errors.ts';
import { type FactHandler, factHandlers, type JobHandler, jobHandlers } from './handlers.ts';

const FactJob = z.object({ outboxId: z.uuid() });

/** The context of one job. */
export function jobContext(runtime: Runtime, job: { name: string; id: string }): Ctx {
  return {
    ...runtime,
    actor: { kind: 'job', name: job.name },
    requestId: `job-${job.id}`,
    now: runtime.clock.now(),
    clientAddress: '127.0.0.1',
  };
}

/** Does the jobs of one queue at once; answers those that failed, which drag none of the others along. */
export async function runJobs(runtime: Runtime, name: QueueName, jobs: QueueJob[]): Promise<JobFailure[]> {
  const facts: Partial<Record<QueueName, FactHandler>> = factHandlers;
  const tell = facts[name];
  if (tell) return tellFacts(runtime, { name, jobs, tell });
  const handle = (jobHandlers as Partial<Record<QueueName, JobHandler>>)[name];
  if (!handle) throw new Error(`The queue ${name} has no handler`);
  return failuresOf(runtime, { name, jobs, run: (job) => handle(jobContext(runtime, { name, id: job.id }), job.data) });
}

/** Reads the facts of all jobs in one statement and marks the told ones in another. A told fact is not told again. */
async function tellFacts(
  runtime: Runtime,
  work: { name: QueueName; jobs: QueueJob[]; tell: FactHandler },
): Promise<JobFailure[]> {
  const { name, jobs, tell } = work;
  const ids = jobs.flatMap(({ data }) => FactJob.safeParse(data).data?.outboxId ?? []);
  const rows = new Map((await outbox.listUntoldFacts(runtime.db, { ids })).map((row) => [row.id, row]));
  const told: string[] = [];
  const failures = await failuresOf(runtime, {
    name,
    jobs,
    async run({ id, data }) {
      const { outboxId } = FactJob.parse(data);
      const row = rows.get(outboxId);
      if (!row) return;
      await tell(jobContext(runtime, { name, id }), { outboxId, payload: row.payload });
      told.push(outboxId);
    },
  });
  if (told.length > 0) await outbox.saveFactsTold(runtime.db, { ids: told, deliveredAt: runtime.clock.now() });
  return failures;
}

async function failuresOf(
  runtime: Runtime,
  work: { name: QueueName; jobs: QueueJob[]; run: (job: QueueJob) => Promise<void> },
): Promise<JobFailure[]> {
  const results = await Promise.allSettled(work.jobs.map((job) => work.run(job)));
  return work.jobs.flatMap((job, index) => {
    const result = results[index];
    if (result?.status !== 'rejected') return [];
    const error = result.reason instanceof Error ? result.reason : new Error(String(result.reason));
    const { code } = toDomainError(error);
    runtime.log.warn({ job: job.id, queue: work.name, code, error: error.message }, 'job failed and will be retried');
    return [{ id: job.id, error }];
  });
}
