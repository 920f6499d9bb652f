import { problemOf } from '@cartwright/client';

const MAX_WAITS = 30;

/** Calls, and again as often as the store asks to slow down, after the time that it says. */
export async function withinLimit<Answer>(call: () => Promise<Answer>, signal: AbortSignal): Promise<Answer> {
  for (let waits = 0; ; waits++) {
    try {
      return await call();
    } catch (error) {
      const problem = problemOf(error);
      if (problem?.status !== 429 || waits === MAX_WAITS) throw error;
      await pause((problem.retryAfterSeconds ?? 1) * 1000, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener(
      'abort',
      () => {
        clearTimeout(timer);
        reject(signal.reason);
      },
      { once: true },
    );
  });
}
