import { closeSync, existsSync, ftruncateSync, mkdirSync, openSync, readFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { StoredObject } from './objects.ts';

/** The stored answer of an idempotent request. */
export interface StoredAnswer {
  readonly key: string;
  readonly fingerprint: string;
  readonly path: string;
  readonly status: number;
  readonly body: string;
  readonly createdAt: number;
}

/** One request the simulator saw, as it was answered. */
export interface SeenRequest {
  readonly id: string;
  readonly at: number;
  readonly method: string;
  readonly path: string;
  readonly idempotencyKey: string | null;
  /** Null when the simulator never answered. */
  readonly status: number | null;
  readonly replayed: boolean;
  readonly fault: string | null;
}

/** How the delivery of an event ended. */
export type DeliveryOutcome = 'delivered' | 'lost' | 'given_up';

/** What becomes durable together: one line of the ledger file. */
export interface LedgerEntry {
  readonly puts?: readonly StoredObject[];
  readonly answer?: StoredAnswer;
  readonly request?: SeenRequest;
  readonly delivery?: { readonly event: string; readonly outcome: DeliveryOutcome };
}

/** Where entries are kept. */
export interface Journal {
  readonly entries: readonly LedgerEntry[];
  append(entry: LedgerEntry): void;
  close(): void;
}

/** A journal that forgets. */
export function memoryJournal(): Journal {
  return { entries: [], append: () => {}, close: () => {} };
}

function parseLine(line: string): LedgerEntry | undefined {
  try {
    return JSON.parse(line) as LedgerEntry;
  } catch {
    return undefined;
  }
}

/**
 * Reads a JSON-lines file. A last line that a crash cut short is left out,
 * so each entry is there whole or not at all.
 *
 * @throws Error when a line before the last is not JSON.
 */
export function readJournal(path: string): { entries: LedgerEntry[]; wholeBytes: number; bytes: number } {
  const content = existsSync(path) ? readFileSync(path) : Buffer.alloc(0);
  const wholeBytes = content.lastIndexOf(0x0a) + 1;
  const lines = content.subarray(0, wholeBytes).toString('utf8').split('\n').slice(0, -1);
  const entries = lines.map((line, index) => {
    const entry = parseLine(line);
    if (entry === undefined) throw new Error(`${path}: line ${index + 1} is not JSON`);
    return entry;
  });
  return { entries, wholeBytes, bytes: content.length };
}

/**
 * Opens a JSON-lines file for appending, creating it and its folder when absent.
 * An entry written survives the end of the process, though not a power cut: nothing is synced.
 */
export function fileJournal(path: string): Journal {
  mkdirSync(dirname(path), { recursive: true });
  const { entries, wholeBytes, bytes } = readJournal(path);
  const descriptor = openSync(path, 'a');
  if (wholeBytes < bytes) ftruncateSync(descriptor, wholeBytes);
  let open = true;
  return {
    entries,
    append: (entry) => {
      if (open) writeSync(descriptor, `${JSON.stringify(entry)}\n`);
    },
    close: () => {
      if (open) closeSync(descriptor);
      open = false;
    },
  };
}
