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
  const work = jobs.map((job) => handle(jobContext(runtime, { name, id: job.id }), job.data));
  return (await settle(runtime, { name, jobs, work })).failures;
}

/** Reads the facts of all jobs in one statement and marks the told ones in another. A told fact is not told again. */
async function tellFacts(
  runtime: Runtime,
  { name, jobs, tell }: { name: QueueName; jobs: QueueJob[]; tell: FactHandler },
): Promise<JobFailure[]> {
  const idOf = ({ data }: QueueJob) => FactJob.safeParse(data).data?.outboxId;
  const ids = jobs.flatMap((job) => idOf(job) ?? []);
  const rows = await outbox.listUntoldFacts(runtime.db, { ids });
  const facts = rows.map(({ id, payload }) => ({ outboxId: id, payload }));
  const ctx = jobContext(runtime, { name, id: jobs[0]?.id ?? '' });
  const telling = facts.length > 0 ? tell(ctx, facts) : [];
  const byFact = new Map(facts.map(({ outboxId }, index) => [outboxId, telling[index]]));
  const work = jobs.map((job) => {
    const id = idOf(job);
    if (id === undefined) return Promise.reject(new Error('The job names no fact'));
    return byFact.get(id) ?? Promise.resolve();
  });
  const { done, failures } = await settle(runtime, { name, jobs, work });
  const told = done.flatMap((job) => idOf(job) ?? []).filter((id) => byFact.has(id));
  if (told.length > 0) await outbox.saveFactsTold(runtime.db, { ids: told, deliveredAt: runtime.clock.now() });
  return failures;
}

async function settle(
  runtime: Runtime,
  { name, jobs, work }: { name: QueueName; jobs: QueueJob[]; work: Promise<void>[] },
): Promise<{ done: QueueJob[]; failures: JobFailure[] }> {
  const results = await Promise.allSettled(work);
  const done = jobs.filter((_, index) => results[index]?.status === 'fulfilled');
  const failures = jobs.flatMap((job, index) => {
    const result = results[index];
    if (result?.status !== 'rejected') return [];
    const error = result.reason instanceof Error ? result.reason : new Error(String(result.reason));
    const { code } = toDomainError(error);
    runtime.log.warn({ job: job.id, queue: name, code, error: error.message }, 'job failed and will be retried');
    return [{ id: job.id, error }];
  });
  return { done, failures };
}
