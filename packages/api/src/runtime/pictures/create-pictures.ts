import { open } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { PictureProcess } from './picture-child.ts';
import type { PictureAnswer, PictureTask } from './picture-task.ts';
import { type PictureLimits, PictureRefused, type Pictures, PicturesBusy, type SourceFormat } from './pictures.ts';
import { SNIFFED_BYTES, sniffFormat } from './sniff-format.ts';

export interface PicturesOptions {
  limits: PictureLimits;
  /** Pictures worked on at once, each in a process of its own. */
  atOnce?: number;
  /** Those beyond are refused. */
  maxWaiting?: number;
  /** After which a picture is given up, and its process ended. */
  timeoutMs?: number;
}

type Unnumbered<T> = T extends unknown ? Omit<T, 'id'> : never;

const MAX_WAITING = 16;
const TIMEOUT_MS = 15_000;
const RETRY_AFTER_SECONDS = 2;

/** Pictures are worked on in a few processes that are started when there is something to do. */
export function createPictures(options: PicturesOptions): Pictures {
  const { limits, maxWaiting = MAX_WAITING, timeoutMs = TIMEOUT_MS } = options;
  const atOnce = options.atOnce ?? Math.max(1, Math.min(2, availableParallelism() - 1));
  const idle: PictureProcess[] = Array.from({ length: atOnce }, () => new PictureProcess());
  const all = [...idle];
  const waiting: ((free: PictureProcess) => void)[] = [];
  let isClosed = false;

  async function take(patient: boolean): Promise<PictureProcess> {
    const free = idle.pop();
    if (free) return free;
    if (!patient && waiting.length >= maxWaiting) throw new PicturesBusy(RETRY_AFTER_SECONDS);
    return new Promise((resolve) => waiting.push(resolve));
  }

  async function work(task: Unnumbered<PictureTask>, patient = false): Promise<PictureAnswer> {
    const process = await take(patient);
    try {
      // Its process is ending, or must not be started any more: that says nothing of the picture.
      if (isClosed) throw new PicturesBusy(RETRY_AFTER_SECONDS);
      return await process.work(task, timeoutMs);
    } catch (error) {
      throw isClosed ? new PicturesBusy(RETRY_AFTER_SECONDS) : error;
    } finally {
      const next = waiting.shift();
      if (next) next(process);
      else idle.push(process);
    }
  }

  return {
    async keep(path) {
      const answer = await work({ kind: 'keep', path, format: await formatOf(path), limits });
      if ('kept' in answer) return answer.kept;
      throw new PictureRefused(
        'refused' in answer ? answer.refused : 'corrupt',
        'refused' in answer ? answer.limit : undefined,
      );
    },
    async render(kept, rendering, { patient = false } = {}) {
      const answer = await work({ kind: 'render', kept, rendering }, patient);
      if ('rendered' in answer) return answer.rendered;
      throw new Error(`A kept picture cannot be shown: ${'failed' in answer ? answer.failed : 'refused'}`);
    },
    async close() {
      isClosed = true;
      await Promise.all(all.map((process) => process.end()));
    },
  };
}

async function formatOf(path: string): Promise<SourceFormat> {
  const file = await open(path, 'r');
  try {
    const head = new Uint8Array(SNIFFED_BYTES);
    const { bytesRead } = await file.read(head, 0, SNIFFED_BYTES, 0);
    if (bytesRead === 0) throw new PictureRefused('empty');
    const format = sniffFormat(head.subarray(0, bytesRead));
    if (format === undefined) throw new PictureRefused('type');
    return format;
  } finally {
    await file.close();
  }
}
