import { closeRuntime, createLogger, createRuntime, startWorker } from '@cartwright/api';
import { onStop, readConfig } from './own-process.ts';

/** A little less than the supervisor's patience. */
const STOP_MS = 7_500;

/** The worker process: `node apps/server/src/worker.ts`, configured like the server. */
const config = readConfig();
const log = createLogger({ level: config.logLevel });
const runtime = await createRuntime(config, { log });
const worker = await startWorker(runtime);
onStop(async (reason) => {
  log.info({ reason }, 'stopping');
  // A job that is cut off is given out again: none of them relies on being run only once.
  setTimeout(() => process.exit(0), STOP_MS).unref();
  await worker.stop();
  await closeRuntime(runtime);
  log.info({}, 'stopped');
  process.exit(0);
});
