import type { Db } from '@cartwright/db';
import type { Clock } from '../../kit/clock.ts';
import type { Ids } from '../../kit/ids.ts';
import type { AccessTokens } from './access-tokens.ts';

/** Stub until written. */
export function createAccessTokens(_options: {
  db: Db;
  clock: Clock;
  ids: Ids;
  authSecret: string;
  issuer: string;
}): AccessTokens {
  return {
    sign: async () => ({ accessToken: '', expiresIn: 300 }),
    verify: async () => undefined,
    jwks: async () => ({ keys: [] }),
  };
}
