/** One attempt. */
export interface AttemptEntry {
  /** Unique over all processes. */
  id: string;
  /** When, in milliseconds since 1970. */
  at: number;
  /** False while it is not known yet whether it is let through. */
  settled: boolean;
}

/** Far more than the password queue lets through in a quarter of an hour, so that no flood pushes a key out. */
const MAX_KEYS = 250_000;

/** The attempts that this process has let through, by key, each for as long as the window. */
export class LocalAttempts {
  /** Keys in the order of their last attempt; attempts oldest first. */
  readonly #entries = new Map<string, AttemptEntry[]>();
  readonly #windowMs: number;
  readonly #maxKeys: number;

  constructor(options: { windowMs: number; maxKeys?: number }) {
    this.#windowMs = options.windowMs;
    this.#maxKeys = options.maxKeys ?? MAX_KEYS;
  }

  get size(): number {
    return this.#entries.size;
  }

  /** Those of the last window, oldest first. */
  of(key: string, now: number): readonly AttemptEntry[] {
    const since = now - this.#windowMs;
    return this.#entries.get(key)?.filter(({ at }) => at > since) ?? [];
  }

  add(key: string, entry: AttemptEntry): void {
    const entries = [...this.of(key, entry.at), entry];
    this.#entries.delete(key);
    this.#entries.set(key, entries);
    this.#sweep(entry.at);
  }

  remove(key: string, id: string): void {
    this.#keep(key, (entry) => entry.id !== id);
  }

  /** Forgets what is older than `at`, or everything. */
  clear(key: string, at = Number.POSITIVE_INFINITY): void {
    this.#keep(key, (entry) => entry.at >= at);
  }

  #keep(key: string, stays: (entry: AttemptEntry) => boolean): void {
    const entries = this.#entries.get(key)?.filter(stays);
    if (entries === undefined) return;
    if (entries.length === 0) this.#entries.delete(key);
    else this.#entries.set(key, entries);
  }

  /** Drops keys whose last attempt is too long ago, which come first. */
  #sweep(now: number): void {
    for (const [key, entries] of this.#entries) {
      const last = entries.at(-1)?.at ?? 0;
      if (last > now - this.#windowMs && this.#entries.size <= this.#maxKeys) break;
      this.#entries.delete(key);
    }
  }
}
