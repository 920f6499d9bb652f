import { type Config, ConfigError, createLogger, loadConfig } from '@cartwright/api';
import { type RunningServer, startServer } from './server.ts';

const EX_CONFIG = 78;

/** The server process: `node apps/server/src/main.ts`, configured by the environment. */
const config = readConfig();
const log = createLogger({ level: config.logLevel });
const server = await start(config);
let stopping = false;
for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => void stop(signal));
// Whoever started us is gone, and so is the reason to run.
if (process.connected) process.on('disconnect', () => void stop('parent process gone'));

async function stop(reason: string): Promise<void> {
  if (stopping) return;
  stopping = true;
  log.info({ reason }, 'stopping');
  await server.close();
  log.info({}, 'stopped');
  process.exit(0);
}

function readConfig(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(EX_CONFIG);
  }
}

async function start(settings: Config): Promise<RunningServer> {
  try {
    return await startServer(settings, { log });
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    const { host, port } = settings;
    const reasons: Record<string, string> = {
      EADDRINUSE: `Port ${port} on ${host} is already in use. Stop the other program, or choose another PORT.`,
      EACCES: `Port ${port} is not ours to use. Choose one above 1023.`,
      EADDRNOTAVAIL: `HOST=${host} is not an address of this machine.`,
    };
    console.error(reasons[code ?? ''] ?? `The server could not start: ${message}`);
    process.exit(1);
  }
}
