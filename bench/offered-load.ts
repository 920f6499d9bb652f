import { setTimeout as sleep } from 'node:timers/promises';

/** What became of work that was offered at a fixed rate, whether or not the last was done yet. */
export interface Offered {
  /** Milliseconds from the instant that each was due to its end, sorted. */
  latencies: number[];
  /** How often each outcome came. */
  outcomes: Record<string, number>;
}

/**
 * Starts `work` `perSecond` times a second for `seconds`, never waiting for the one before: a store that slows down
 * meets the same load all the same. `work` answers the name of its outcome; a thrown error is one, too.
 */
export async function offer(
  { perSecond, seconds }: { perSecond: number; seconds: number },
  work: (n: number) => Promise<string>,
): Promise<Offered> {
  const latencies: number[] = [];
  const outcomes: Record<string, number> = {};
  const startedAt = performance.now();
  const running: Promise<void>[] = [];
  for (let n = 0; n < perSecond * seconds; n += 1) {
    const dueAt = startedAt + (n * 1000) / perSecond;
    const wait = dueAt - performance.now();
    if (wait > 1) await sleep(wait);
    running.push(
      work(n)
        .catch((error: unknown) => (error instanceof Error ? error.message : String(error)))
        .then((outcome) => {
          latencies.push(performance.now() - dueAt);
          outcomes[outcome] = (outcomes[outcome] ?? 0) + 1;
        }),
    );
  }
  await Promise.all(running);
  return { latencies: latencies.sort((a, b) => a - b), outcomes };
}

/** The latency that `share` (0 to 1) of all stayed below. */
export function percentile({ latencies }: Offered, share: number): number {
  return latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))] ?? Number.NaN;
}
