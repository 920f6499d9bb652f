import { ConfigError, closeRuntime, createLogger, createRuntime, loadConfig, startWorker } from '@cartwright/api';

const EX_CONFIG = 78;
/** A little less than the supervisor's patience. */
const STOP_MS = 7_500;

/** The worker process: `node apps/server/src/worker.ts`, configured like the server. */
const config = readConfig();
const log = createLogger({ level: config.logLevel });
const runtime = await createRuntime(config, { log });
const worker = await startWorker(runtime);
let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
if (process.connected) process.on('disconnect', () => void stop('parent process gone'));

async function stop(reason: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ reason }, 'stopping');
  // A job that is cut off is given out again: none of them relies on being run only once.
  setTimeout(() => process.exit(0), STOP_MS).unref();
  await worker.stop();
  await closeRuntime(runtime);
  log.info({}, 'stopped');
  process.exit(0);
}

function readConfig() {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(EX_CONFIG);
  }
}
