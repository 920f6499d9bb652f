/** Argon2id with a cap on how many run at once; throws `password_queue_full` when its queue is full or slow. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /**
   * Takes as long for an account that does not exist (`hash` undefined) as for one that does.
   * `admit` is called when the turn has come, before hashing: what it throws refuses the attempt, and no more
   * attempts are under way between it and the answer than run at once.
   */
  verify(hash: string | undefined, password: string, admit?: () => Promise<void>): Promise<boolean>;
  /** Whether the hash was made with other parameters than new ones are. */
  needsRehash(hash: string): boolean;
}
