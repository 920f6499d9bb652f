/** What one hash costs; of one thread. */
export interface HashCost {
  memoryKib: number;
  passes: number;
}

/** The least that is considered safe: 19 MiB, two passes (OWASP). */
export const LEAST_COST: HashCost = { memoryKib: 19_456, passes: 2 };

/** Argon2id with a cap on how many run at once; throws `password_queue_full` when its queue is full or slow. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /**
   * Takes as long for an account that does not exist (`hash` undefined) as for one that does.
   * `admit` is called when the turn has come, before hashing: what it throws refuses the attempt, and no more
   * attempts are under way between it and the answer than run at once.
   */
  verify(hash: string | undefined, password: string, admit?: () => Promise<void>): Promise<boolean>;
  /** Whether the hash costs less to guess than a new one would. */
  needsRehash(hash: string): boolean;
}
