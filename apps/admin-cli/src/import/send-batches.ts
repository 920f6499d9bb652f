import type { CartwrightClient } from '@cartwright/client';
import { withinLimit } from '../session/within-limit.ts';
import type { Batch } from './batches.ts';

const IN_FLIGHT = 2;

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

function sendOne(
  client: CartwrightClient,
  { jobId, batch, signal }: { jobId: string; batch: Batch; signal: AbortSignal },
): Promise<BatchAnswer> {
  const { number, rows, rowNumbers, failures, warnings } = batch;
  const firstRow = rowNumbers[0] ?? failures[0]?.row ?? 1;
  const input = { jobId, batch: number, firstRow, rows, rowNumbers, failures, warnings };
  return withinLimit(() => client.catalog.importBatch.mutate(input, { signal }), signal);
}
