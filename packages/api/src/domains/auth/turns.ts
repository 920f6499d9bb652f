import { refuse } from './errors.ts';

/** Lets a few jobs run at once and a bounded number wait, first come first served. */
export interface Turns {
  /** Runs the job when its turn comes; throws `password_queue_full` when that would take too long. */
  take<T>(job: () => Promise<T>): Promise<T>;
}

export function createTurns(options: { atOnce: number; maxWaiting: number; maxWaitMs: number }): Turns {
  const waiting = new Set<() => void>();
  let running = 0;

  function freed(): void {
    const [next] = waiting;
    if (next) next();
    else running -= 1;
  }

  function turn(): Promise<void> {
    if (running < options.atOnce) {
      running += 1;
      return Promise.resolve();
    }
    if (waiting.size >= options.maxWaiting) throw full();
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        waiting.delete(called);
        reject(full());
      }, options.maxWaitMs);
      // The one who leaves hands its place over, so `running` stays as it is.
      const called = (): void => {
        clearTimeout(timer);
        waiting.delete(called);
        resolve();
      };
      waiting.add(called);
    });
  }

  const full = () => refuse('password_queue_full', { retryAfterSeconds: Math.ceil(options.maxWaitMs / 1000) });

  return {
    async take(job) {
      await turn();
      try {
        return await job();
      } finally {
        freed();
      }
    },
  };
}
