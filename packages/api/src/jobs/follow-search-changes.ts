import type { Runtime } from '../context.ts';
import { applySearchChanges, writePendingDocuments } from '../domains/search/index.ts';
import { jobContext } from './run-jobs.ts';

/** What sells out leaves the shelves of search within this time. */
const EVERY_MS = 400;

/** Writes down for search what imports bring and what changes in stock, rating and sales, until it is stopped. */
export function followSearchChanges(runtime: Runtime): { stop(): Promise<void> } {
  let stopped = false;
  let timer: NodeJS.Timeout | undefined;
  let running = Promise.resolve();
  const next = (): void => {
    if (stopped) return;
    timer = setTimeout(() => {
      running = once(runtime).then(next);
    }, EVERY_MS);
  };
  next();
  return {
    stop: async () => {
      stopped = true;
      clearTimeout(timer);
      await running;
    },
  };
}

/** A failure is told and tried again: what was not written down is still there. */
async function once(runtime: Runtime): Promise<void> {
  try {
    const ctx = jobContext(runtime, { name: 'search.changes', id: 'follow' });
    await writePendingDocuments(ctx);
    await applySearchChanges(ctx);
  } catch (error) {
    runtime.log.warn({ error: (error as Error).message }, 'changes could not be written down for search');
  }
}
