import autocannon from 'autocannon';

export interface LoadResult {
  requests: number;
  seconds: number;
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
}

/** One bounded run; `amount` requests where it is given. Throws when anything but a 2xx or 304 came back. */
export async function load(options: autocannon.Options): Promise<LoadResult> {
  const result = await autocannon({ connections: 8, ...options });
  // 304 is an answer too.
  const failed = result.non2xx - result['3xx'] + result.errors + result.timeouts;
  if (failed > 0 || result.requests.total === 0) {
    throw new Error(`${options.url}: ${failed} of ${result.requests.total} requests failed`);
  }
  return {
    requests: result.requests.total,
    seconds: result.duration,
    perSecond: result.requests.total / result.duration,
    p50Ms: result.latency.p50,
    p99Ms: result.latency.p99,
  };
}
