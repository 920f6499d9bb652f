import { onLauncherGone } from './ancestors.ts';
import { StartRefused } from './run-lock.ts';
import { Supervisor, type SupervisorOptions } from './supervisor.ts';

/** A launcher passes the terminal's Ctrl-C on, so we get it twice at once; only a later one is a second wish. */
const SECOND_SIGNAL_AFTER_MS = 1_000;

/** Runs the store until it is told to stop; returns the exit code. */
export async function runStore(options: SupervisorOptions): Promise<number> {
  const supervisor = new Supervisor(options);
  const asked = Promise.withResolvers<string | undefined>();
  let askedAt: number | undefined;
  const ask = (why: string): void => {
    if (askedAt === undefined) {
      askedAt = performance.now();
      console.log(`\n${why}: stopping …`);
      asked.resolve(undefined);
    } else if (performance.now() - askedAt > SECOND_SIGNAL_AFTER_MS) {
      supervisor.killChildren();
    }
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => ask(signal));
  // The terminal or the launcher that reads our output may go before we do.
  process.stdout.on('error', () => undefined);
  process.stderr.on('error', () => undefined);
  onLauncherGone(() => ask('the launcher is gone'));

  const started = supervisor.start().then(
    () => undefined,
    (error: unknown) => describe(error),
  );
  const failed = Promise.race([started.then((problem) => problem ?? supervisor.ended), supervisor.ended]);
  const problem = await Promise.race([failed, asked.promise]);
  if (problem !== undefined) console.error(problem);
  // A start that was interrupted must not leave behind what it was just about to launch.
  const stopped = supervisor.stop();
  await Promise.all([stopped, started]);
  await supervisor.stop();
  if (problem === undefined) console.log('stopped');
  return problem === undefined ? 0 : 1;
}

function describe(error: unknown): string {
  if (error instanceof StartRefused) return error.message;
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
