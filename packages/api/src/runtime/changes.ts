import { type ChangeFeed, openChangeFeed } from '@cartwright/db';
import type { Logger } from '../kit/logger.ts';
import { ChangeLog } from './change-log.ts';

/** How long the first reader waits for the feed; without it, answers are read anew and not kept. */
const PATIENCE_MS = 1_000;

/** What every process has changed of what shoppers read, as this one has heard of it. */
export interface Changes {
  /** Begins to listen, if it has not yet, and waits a moment for it. Answers whether nothing is missed from here on. */
  listen(): Promise<boolean>;
  /** Undefined while changes may be missed. */
  readonly log: ChangeLog | undefined;
  /** Resolves when all that was committed before is in the log. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/** Listens to the database from the first time that it matters. */
export function createChanges(options: { url: string; log: Logger }): Changes {
  const { url, log: logger } = options;
  const log = new ChangeLog();
  let feed: ChangeFeed | undefined;
  let listening = false;
  let begun: PromiseWithResolvers<void> | undefined;
  const open = (): ChangeFeed =>
    openChangeFeed({
      url,
      onChange: (position, tags) => log.note(position, tags),
      onListening: () => {
        listening = true;
        begun?.resolve();
      },
      onLost: () => {
        listening = false;
        log.reset();
      },
      onError: ({ message }) => logger.warn({ error: message }, 'changes cannot be heard; no answer is given twice'),
    });
  return {
    async listen() {
      if (listening) return true;
      if (feed === undefined) {
        begun = Promise.withResolvers<void>();
        feed = open();
        const patience = setTimeout(begun.resolve, PATIENCE_MS);
        patience.unref();
        void begun.promise.then(() => clearTimeout(patience));
      }
      await begun?.promise;
      return listening;
    },
    get log() {
      return listening ? log : undefined;
    },
    settle: async () => feed?.settle(),
    close: async () => feed?.close(),
  };
}
