import { openQueue, queues } from '@cartwright/db';
import type { Runtime } from '../context.ts';
import { followSearchChanges } from './follow-search-changes.ts';
import { runJobs } from './run-jobs.ts';

export interface Worker {
  /** Ends after the jobs at hand. */
  stop(): Promise<void>;
}

/** Works off every queue of the store until it is stopped, and settles at once what a dead process left open. */
export async function startWorker(runtime: Runtime): Promise<Worker> {
  const { log, db, config } = runtime;
  const onError = (error: Error) => log.warn({ error: error.message }, 'queue error');
  const queue = await openQueue({ db, onError, worker: { url: config.databaseUrl, queues } });
  for (const { name } of queues) await queue.work(name, (jobs) => runJobs(runtime, name, jobs));
  for (const name of ['payments.resolve', 'reservations.expire'] as const) {
    void runJobs(runtime, name, [{ id: 'start', data: null }]);
  }
  const following = followSearchChanges(runtime);
  log.info({ queues: queues.length }, 'worker started');
  return {
    stop: async () => {
      await following.stop();
      await queue.stop();
    },
  };
}
