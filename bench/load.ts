import autocannon from 'autocannon';

export interface LoadResult {
  requests: number;
  seconds: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** One bounded run; `amount` requests where it is given. Throws when anything but a 2xx came back. */
export async function load(options: autocannon.Options): Promise<LoadResult> {
  const startedAt = performance.now();
  const result = await autocannon({ connections: 8, ...options });
  const elapsed = (performance.now() - startedAt) / 1000;
  const failed = result.non2xx + result.errors + result.timeouts;
  if (failed > 0 || result.requests.total === 0) {
    throw new Error(`${options.url}: ${failed} of ${result.requests.total} requests failed`);
  }
  // autocannon samples whole seconds, so a run of a given amount is timed from outside.
  const seconds = options.amount === undefined ? result.duration : elapsed;
  return {
    requests: result.requests.total,
    seconds,
    perSecond: result.requests.total / seconds,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}
