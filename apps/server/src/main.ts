import { setFlagsFromString } from 'node:v8';
import { type Config, createLogger } from '@cartwright/api';
import { onStop, readConfig } from './own-process.ts';
import { type RunningServer, startServer } from './server.ts';

// Between two collections the heap grows by a third, not to four times: what an import leaves behind would stay for long.
setFlagsFromString('--heap-growing-percent=30');

/** The server process: `node apps/server/src/main.ts`, configured by the environment. */
const config = readConfig();
const log = createLogger({ level: config.logLevel });
const server = await start(config);
onStop(async (reason) => {
  log.info({ reason }, 'stopping');
  await server.close();
  log.info({}, 'stopped');
  process.exit(0);
});

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
