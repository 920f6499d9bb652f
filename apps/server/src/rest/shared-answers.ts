import type { Epoch } from '@cartwright/api';

/** Bounds on what is kept; the oldest answers make room. */
const MAX_LENGTH = 32 * 1024 * 1024;
const MAX_BODY_LENGTH = 256 * 1024;

interface Entry {
  body: string;
  epoch: number;
  staleAt: number;
}

/**
 * Bodies of answers about the catalog, the same for every guest, given again for a moment. An answer is never
 * older than `maxAgeMs`, and never older than a change of this process: its epoch has then moved on.
 */
export class SharedAnswers {
  readonly #entries = new Map<string, Entry>();
  readonly #epoch: Epoch;
  readonly #maxAgeMs: number;
  #length = 0;

  constructor(options: { epoch: Epoch; maxAgeMs: number }) {
    this.#epoch = options.epoch;
    this.#maxAgeMs = options.maxAgeMs;
  }

  /** The body kept under `key`, if it is still good. */
  get(key: string, now: Date): string | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    if (entry.epoch === this.#epoch.value && now.getTime() < entry.staleAt) return entry.body;
    this.#drop(key, entry);
    return undefined;
  }

  /** To be taken before reading: an answer that a change has overtaken is then not kept. */
  get epoch(): number {
    return this.#epoch.value;
  }

  keep(key: string, answer: { body: string; epoch: number; now: Date }): void {
    const { body, epoch, now } = answer;
    if (this.#maxAgeMs === 0 || epoch !== this.#epoch.value || body.length > MAX_BODY_LENGTH) return;
    const before = this.#entries.get(key);
    if (before) this.#drop(key, before);
    this.#entries.set(key, { body, epoch, staleAt: now.getTime() + this.#maxAgeMs });
    this.#length += key.length + body.length;
    for (const [oldest, entry] of this.#entries) {
      if (this.#length <= MAX_LENGTH) break;
      this.#drop(oldest, entry);
    }
  }

  #drop(key: string, entry: Entry): void {
    this.#entries.delete(key);
    this.#length -= key.length + entry.body.length;
  }
}
