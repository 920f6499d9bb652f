import type { Actor } from '../../kit/actor.ts';

/** Signs and verifies access tokens (JWT, ES256, at most five minutes). */
export interface AccessTokens {
  sign(claims: {
    userId: string;
    sessionId: string;
    roles: readonly string[];
  }): Promise<{ accessToken: string; expiresIn: number }>;
  /** The actor a bearer token stands for; undefined when it is not valid or its session has ended. */
  verify(token: string): Promise<Actor | undefined>;
  /** The public keys, as served at `/.well-known/jwks.json`. */
  jwks(): Promise<{ keys: Record<string, unknown>[] }>;
}
