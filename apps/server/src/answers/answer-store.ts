import type { KeptAnswer } from './kept-answer.ts';

/** Bounds on what is kept; what was used least recently makes room. */
const MAX_BYTES = 64 * 1024 * 1024;
/** The tree of 20,000 categories. */
export const MAX_BODY_LENGTH = 4 * 1024 * 1024;
/** Writings of one question that are known at once: parameters in another order, another percent-encoding. */
const MAX_ALIASES = 4;
/** What an entry costs beside its texts. */
const ENTRY_BYTES = 1_000;

/** Answers by what was asked, and by how it was written, in bounded memory. */
export class AnswerStore {
  readonly #answers = new Map<string, KeptAnswer>();
  readonly #aliases = new Map<string, { key: string; answer: KeptAnswer }>();
  readonly #sizes = new Map<string, number>();
  readonly #maxBytes: number;
  #bytes = 0;

  constructor(maxBytes = MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  get bytes(): number {
    return this.#bytes;
  }

  get(key: string): KeptAnswer | undefined {
    return this.#answers.get(key);
  }

  /** What was answered to the same writing of the question. */
  byAlias(alias: string): { key: string; answer: KeptAnswer } | undefined {
    return this.#aliases.get(alias);
  }

  addAlias(key: string, alias: string): void {
    const answer = this.#answers.get(key);
    if (answer === undefined || answer.aliases.length === MAX_ALIASES || this.#aliases.has(alias)) return;
    answer.aliases.push(alias);
    this.#aliases.set(alias, { key, answer });
    this.#weigh(key, answer);
  }

  /** Moves it to the end of those that make room, with what it weighs by now. */
  used(key: string, answer: KeptAnswer): void {
    this.#answers.delete(key);
    this.#answers.set(key, answer);
    this.#weigh(key, answer);
  }

  set(key: string, answer: KeptAnswer): void {
    this.delete(key);
    this.#answers.set(key, answer);
    this.#weigh(key, answer);
  }

  delete(key: string): void {
    const answer = this.#answers.get(key);
    if (answer === undefined) return;
    this.#answers.delete(key);
    for (const alias of answer.aliases) this.#aliases.delete(alias);
    this.#bytes -= this.#sizes.get(key) ?? 0;
    this.#sizes.delete(key);
  }

  #weigh(key: string, answer: KeptAnswer): void {
    const aliases = answer.aliases.reduce((sum, { length }) => sum + 2 * length, 0);
    const size = ENTRY_BYTES + 2 * key.length + aliases + answer.size;
    const before = this.#sizes.get(key) ?? 0;
    if (size === before) return;
    this.#bytes += size - before;
    this.#sizes.set(key, size);
    for (const oldest of this.#answers.keys()) {
      if (this.#bytes <= this.#maxBytes || oldest === key) break;
      this.delete(oldest);
    }
  }
}
