/** An answer that is not JSON: a proxy's error page, or another program at that address. */
export class UnexpectedResponse extends Error {
  override readonly name = 'UnexpectedResponse';
  readonly status: number;
  readonly retryAfterSeconds: number | undefined;

  constructor(response: Response) {
    const type = response.headers.get('content-type') ?? 'no content type';
    super(
      `${new URL(response.url || 'http://unknown/').origin} answered ${response.status} (${type}), not Cartwright's API`,
    );
    this.status = response.status;
    const seconds = Number(response.headers.get('retry-after') ?? Number.NaN);
    this.retryAfterSeconds = Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
  }
}

/** A fetch that refuses what tRPC could only report as a syntax error. */
export function jsonOnly(fetch: typeof globalThis.fetch): typeof globalThis.fetch {
  return async (input, init) => {
    const response = await fetch(input, init);
    if (/\bjson\b/i.test(response.headers.get('content-type') ?? '')) return response;
    await response.body?.cancel();
    throw new UnexpectedResponse(response);
  };
}
