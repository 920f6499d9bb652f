import pg from 'pg';

/** One that is busy with a slow statement holds up those behind it only. */
const CONNECTIONS = 2;

export interface PipelinedReads {
  query(statement: { name: string; text: string; values: unknown[] }): Promise<unknown[]>;
  end(): Promise<void>;
}

interface Line {
  client: pg.Client;
  ready: Promise<unknown>;
  /** Statements on their way. */
  waiting: number;
}

/**
 * Connections on which statements follow one another without waiting for the answer of the one before, which halves what
 * a short read costs this process. For single reads that take a millisecond or two: nothing else may be sent here, no
 * transaction and nothing slow. They connect with the first statement, and anew after a loss.
 */
export function pipelinedReads(
  options: pg.ClientConfig & { onConnectionError?: (error: Error) => void },
): PipelinedReads {
  const { onConnectionError, ...config } = options;
  const lines = new Set<Line>();
  const open = (): Line => {
    const client = new pg.Client({ ...config, pipeline: true } as pg.ClientConfig);
    const line: Line = { client, ready: client.connect(), waiting: 0 };
    const forget = (): void => void lines.delete(line);
    client.on('error', (error) => {
      forget();
      onConnectionError?.(error);
    });
    client.on('end', forget);
    line.ready.catch(forget);
    lines.add(line);
    return line;
  };
  const leastBusy = (): Line => {
    let best: Line | undefined;
    for (const line of lines) if (best === undefined || line.waiting < best.waiting) best = line;
    return best === undefined || (best.waiting > 0 && lines.size < CONNECTIONS) ? open() : best;
  };
  return {
    async query(statement) {
      const line = leastBusy();
      line.waiting += 1;
      try {
        await line.ready;
        const { rows } = await line.client.query(statement);
        return rows;
      } finally {
        line.waiting -= 1;
      }
    },
    async end() {
      await Promise.all([...lines].map(({ client }) => client.end().catch(() => undefined)));
    },
  };
}
