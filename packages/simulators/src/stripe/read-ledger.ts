import { readJournal } from './journal.ts';
import { Ledger, type StripeLedger } from './ledger.ts';

/** Reads a ledger file without touching it: the oracle for a simulator in another process. */
export function readStripeLedger(file: string): StripeLedger {
  return new Ledger({ entries: readJournal(file).entries, append: () => {}, close: () => {} });
}
