import { type Config, ConfigError, loadConfig } from '@cartwright/api';

/** `EX_CONFIG` of sysexits.h. */
const EX_CONFIG = 78;

/** The settings from the environment; a process whose settings are wrong names them and ends. */
export function readConfig(): Config {
  try {
    return loadConfig();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    console.error(error.message);
    process.exit(EX_CONFIG);
  }
}

/** Calls `stop` once, when the process is told to end or whoever started it is gone. */
export function onStop(stop: (reason: string) => Promise<void>): void {
  let stopping = false;
  const once = (reason: string): void => {
    if (stopping) return;
    stopping = true;
    void stop(reason);
  };
  for (const signal of ['SIGTERM', 'SIGINT'] as const) process.on(signal, () => once(signal));
  // Whoever started us is gone, and so is the reason to run.
  if (process.connected) process.on('disconnect', () => once('parent process gone'));
}
