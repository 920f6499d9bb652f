/** Argon2id with a cap on how many run at once; throws `upstream_unavailable` when its queue is full. */
export interface PasswordHasher {
  hash(password: string): Promise<string>;
  /** Takes as long for an account that does not exist (`hash` undefined) as for one that does. */
  verify(hash: string | undefined, password: string): Promise<boolean>;
}
