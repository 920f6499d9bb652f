import { type CartwrightClient, problemOf } from '@cartwright/client';
import type { Batch } from './batches.ts';

const IN_FLIGHT = 2;
const MAX_WAITS = 30;

type BatchAnswer = Awaited<ReturnType<CartwrightClient['catalog']['importBatch']['mutate']>>;

/**
 * Sends batches, two at a time, and hands each answer to `onAnswer`. The client repeats a batch that got lost; a batch
 * that is repeated changes nothing twice. Throws the first refusal, and reads no further batch then.
 */
export async function sendBatches(
  client: CartwrightClient,
  batches: AsyncIterable<Batch>,
  options: { jobId: string; signal: AbortSignal; onAnswer: (batch: Batch, answer: BatchAnswer) => void },
): Promise<void> {
  const { jobId, signal, onAnswer } = options;
  const refused = new AbortController();
  const stop = AbortSignal.any([signal, refused.signal]);
  const sending = new Set<Promise<void>>();
  try {
    for await (const batch of batches) {
      if (stop.aborted) break;
      const sent = sendOne(client, { jobId, batch, signal: stop })
        .then((answer) => onAnswer(batch, answer))
        .catch((error) => refused.abort(error))
        .finally(() => sending.delete(sent));
      sending.add(sent);
      if (sending.size === IN_FLIGHT) await Promise.race(sending);
    }
  } catch (error) {
    refused.abort(error);
  }
  await Promise.all(sending);
  stop.throwIfAborted();
}

async function sendOne(
  client: CartwrightClient,
  { jobId, batch, signal }: { jobId: string; batch: Batch; signal: AbortSignal },
): Promise<BatchAnswer> {
  const input = { jobId, batch: batch.number, firstRow: batch.lines[0] ?? 1, rows: batch.rows };
  for (let waits = 0; ; waits++) {
    try {
      return await client.catalog.importBatch.mutate(input, { signal });
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
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });
}
