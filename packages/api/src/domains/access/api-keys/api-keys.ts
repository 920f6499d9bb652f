import type { Actor } from '../../../kit/actor.ts';

/** Tells which program a key stands for. */
export interface ApiKeys {
  /** Whether a bearer token has the form of a key at all; everything else is an access token. */
  isKey(token: string): boolean;
  /**
   * The actor of a key; undefined for one that is unknown, expired or revoked, or whose maker's account is not active.
   * Changes of the key and of its maker are seen within five seconds. `admit` is called before the database is asked
   * about a key that this process does not know: what it throws ends the attempt. Throws when the database cannot be
   * asked.
   */
  verify(key: string, admit: () => Promise<void>): Promise<Actor | undefined>;
  /** Makes the next verification ask the database: this process sees a revocation at once. */
  forget(keyId: string): void;
}
