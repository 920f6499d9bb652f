import type { signingKeys } from '@cartwright/db';
import type { Actor } from '../../kit/actor.ts';

/** Signs and verifies access tokens (JWT, ES256, at most five minutes). */
export interface AccessTokens {
  sign(claims: {
    userId: string;
    sessionId: string;
    authenticatedAt: Date;
    roles: readonly string[];
    /** The member of staff who looks at the store as the user (`act`, RFC 8693). */
    impersonatorId?: string;
    /** When the session ends, if that may be sooner than the token would. */
    endsAt?: Date;
  }): Promise<{ accessToken: string; expiresIn: number }>;
  /**
   * The actor a bearer token stands for; undefined when it is not valid or its session has ended. A logout, a
   * disabled account and changed roles are seen within five seconds. Throws when the database cannot be asked.
   */
  verify(token: string): Promise<Actor | undefined>;
  /** Makes the next verification ask the database: this process sees the end of the session at once. */
  forget(sessionId: string): void;
  /** The same for every session of an account: for ended ones, and for a changed status or role. */
  forgetUser(userId: string): void;
  /** The same for every session, and for the keys. */
  forgetAll(): void;
  /** A new signing key; in use once it is in table `signing_keys`. */
  makeKey(): Promise<signingKeys.NewSigningKey>;
  /** The public keys, as served at `/.well-known/jwks.json`. */
  jwks(): Promise<{ keys: Record<string, unknown>[] }>;
}
