import { openQueue, type QueueName, queues } from '@cartwright/db';
import type { Ctx, Runtime } from '../context.ts';
import { toDomainError } from '../trpc/errors.ts';
import { jobHandlers } from './handlers.ts';

export interface Worker {
  /** Ends after the jobs at hand. */
  stop(): Promise<void>;
}

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

/** Works off every queue of the store until it is stopped, and settles at once what a dead process left open. */
export async function startWorker(runtime: Runtime): Promise<Worker> {
  const { log, db, config } = runtime;
  const onError = (error: Error) => log.warn({ error: error.message }, 'queue error');
  const queue = await openQueue({ db, onError, worker: { url: config.databaseUrl, queues } });
  const run = async (name: QueueName, job: { id: string; data: unknown }): Promise<void> => {
    try {
      await jobHandlers[name](jobContext(runtime, { name, id: job.id }), job.data);
    } catch (error) {
      const { code, message } = toDomainError(error);
      const reason = error instanceof Error ? error.message : message;
      log.warn({ job: job.id, queue: name, code, error: reason }, 'job failed and will be retried');
      throw error;
    }
  };
  for (const { name } of queues) await queue.work(name, (job) => run(name, job));
  for (const name of ['payments.resolve', 'reservations.expire'] as const) {
    run(name, { id: 'start', data: null }).catch(() => undefined);
  }
  log.info({ queues: queues.length }, 'worker started');
  return { stop: () => queue.stop() };
}
