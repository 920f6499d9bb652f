import { CliError } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';

export interface Interrupt {
  /** Aborted by the first Ctrl-C; the second ends the process. */
  signal: AbortSignal;
  release(): void;
}

export function onInterrupt(): Interrupt {
  const controller = new AbortController();
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(exitCodes.interrupted);
    controller.abort(
      new CliError('Interrupted. Run the same command again to go on where it stopped.', {
        code: 'interrupted',
        exitCode: exitCodes.interrupted,
      }),
    );
  };
  process.on('SIGINT', stop).on('SIGTERM', stop);
  return {
    signal: controller.signal,
    release: () => void process.off('SIGINT', stop).off('SIGTERM', stop),
  };
}
