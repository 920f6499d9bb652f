import type { Db, Queue, Tx } from '@cartwright/db';
import type { ApiKeys } from './domains/access/api-keys/api-keys.ts';
import type { AccessTokens } from './domains/auth/access-tokens.ts';
import type { PasswordHasher } from './domains/auth/password-hasher.ts';
import type { Mailer } from './domains/notification/mailer.ts';
import type { PaymentProviders } from './domains/payment/provider.ts';
import type { IdentityProviders } from './domains/social/providers/identity-provider.ts';
import type { Actor } from './kit/actor.ts';
import type { Clock } from './kit/clock.ts';
import type { CookieJar } from './kit/cookie-jar.ts';
import type { Ids } from './kit/ids.ts';
import type { Logger } from './kit/logger.ts';
import type { BlobStore } from './runtime/blobs/blob-store.ts';
import type { Cache } from './runtime/cache.ts';
import type { Changes } from './runtime/changes.ts';
import type { Config } from './runtime/config.ts';
import type { Limiter } from './runtime/limiter.ts';
import type { Pictures } from './runtime/pictures/pictures.ts';
import type { Spool } from './runtime/spool/spool.ts';

/** Everything a process has, built once at its start. */
export interface Runtime {
  config: Config;
  db: Db;
  queue: Queue;
  clock: Clock;
  ids: Ids;
  log: Logger;
  cache: Cache;
  limiter: Limiter;
  changes: Changes;
  payments: PaymentProviders;
  mailer: Mailer;
  blobs: BlobStore;
  pictures: Pictures;
  spool: Spool;
  passwords: PasswordHasher;
  accessTokens: AccessTokens;
  apiKeys: ApiKeys;
  identityProviders: IdentityProviders;
}

/** One request: who, when, and the capabilities that came with it. */
export interface Ctx extends Runtime {
  actor: Actor;
  /** Set for what is dangerous: what each transaction begins with, since the actor may be a few seconds old. */
  currentActor?: ((tx: Tx) => Promise<Actor>) | undefined;
  requestId: string;
  /** One instant for the whole request. */
  now: Date;
  /** The address the request came from, by the proxies we trust. */
  clientAddress: string;
  userAgent?: string | undefined;
  /** Absent where no browser can be at the other end. */
  cookies?: CookieJar | undefined;
  /** Value of the `Cart-Token` header. */
  cartToken?: string | undefined;
  /** Value of the `Order-Token` header. */
  orderToken?: string | undefined;
  /** Value of the `Idempotency-Key` header. */
  idempotencyKey?: string | undefined;
  /** An answer that the database has written as JSON is sent on as it is; see `kit/json-text.ts`. */
  takesText?: boolean | undefined;
  /** Told by a `shared` read what its answer is made of; one that does not tell is made of everything. */
  readsFrom?: ((tags: readonly string[]) => void) | undefined;
}

/** The same request inside a transaction: no pool, no providers, no mailer. */
export interface TxCtx {
  tx: Tx;
  actor: Actor;
  requestId: string;
  now: Date;
  ids: Ids;
  log: Logger;
  queue: Queue;
}
