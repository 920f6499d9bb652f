/** Changes that are told apart; whoever read before the oldest of them has to read anew. */
const KEPT_POSITIONS = 10_000;
const EVERYTHING = '*';

/**
 * What has changed, in order. Every process hears of the same changes in the same order, so a position of one means
 * something to all others that were listening by then.
 */
export class ChangeLog {
  /** Counts changes; two numbers of different processes have nothing to do with one another. */
  #at = 0;
  #position: string | undefined;
  /** What was read before this number may be of anything. */
  #floor = 0;
  readonly #numbers = new Map<string, number>();
  /** By tag, when it last changed. */
  readonly #latest = new Map<string, number>();

  /** The number of the last change; to be taken before reading. */
  get at(): number {
    return this.#at;
  }

  /** The last change under the name that all processes know it by. */
  get position(): string | undefined {
    return this.#position;
  }

  /** The number of a position; undefined when this process was not listening, or it was too long ago. */
  numberOf(position: string): number | undefined {
    return this.#numbers.get(position);
  }

  /** Notes a change, `product:<id>` also as one of `product:*`. One without tags has only begun to listen. */
  note(position: string, tags: readonly string[]): void {
    if (tags.length > 0) this.#at += 1;
    for (const tag of tags) {
      this.#latest.set(tag, this.#at);
      const colon = tag.indexOf(':');
      if (colon !== -1) this.#latest.set(`${tag.slice(0, colon)}:*`, this.#at);
    }
    this.#numbers.delete(position);
    this.#numbers.set(position, this.#at);
    this.#position = position;
    if (this.#numbers.size > KEPT_POSITIONS) this.#forgetOldest();
  }

  /** From now on, whatever was read before counts as changed. */
  reset(): void {
    this.#at += 1;
    this.#floor = this.#at;
    this.#position = undefined;
    this.#numbers.clear();
    this.#latest.clear();
  }

  /** Whether what was read at `number` would be read again. Without tags, anything may be in it. */
  isUnchanged(number: number, tags: readonly string[] | undefined): boolean {
    if (number < this.#floor) return false;
    if (number === this.#at) return true;
    if (tags === undefined || this.#changedSince(number, EVERYTHING)) return false;
    for (const tag of tags) if (this.#changedSince(number, tag)) return false;
    return true;
  }

  #changedSince(number: number, tag: string): boolean {
    return (this.#latest.get(tag) ?? 0) > number;
  }

  #forgetOldest(): void {
    let left = KEPT_POSITIONS / 4;
    for (const [position, number] of this.#numbers) {
      if (left === 0) {
        this.#floor = number;
        break;
      }
      this.#numbers.delete(position);
      left -= 1;
    }
    for (const [tag, number] of this.#latest) if (number <= this.#floor) this.#latest.delete(tag);
  }
}
