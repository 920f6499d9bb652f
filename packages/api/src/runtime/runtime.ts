import { closeDb, createDb, openQueue } from '@cartwright/db';
import type { Runtime } from '../context.ts';
import { createApiKeys } from '../domains/access/api-keys/database-api-keys.ts';
import { createPasswordHasher } from '../domains/auth/argon2-hasher.ts';
import { createAccessTokens } from '../domains/auth/jwt-access-tokens.ts';
import { createMailer } from '../domains/notification/create-mailer.ts';
import { createPaymentProviders } from '../domains/payment/create-providers.ts';
import { writeQueries } from '../domains/search/index.ts';
import { createIdentityProviders } from '../domains/social/providers/create-providers.ts';
import { systemClock } from '../kit/clock.ts';
import { systemIds } from '../kit/ids.ts';
import type { Logger } from '../kit/logger.ts';
import { createBlobs } from './blobs/create-blobs.ts';
import { createChanges } from './changes.ts';
import type { Config } from './config.ts';
import { createCache } from './create-cache.ts';
import { createLimiter } from './create-limiter.ts';
import { createPictures } from './pictures/create-pictures.ts';
import { createSpool } from './spool/create-spool.ts';

export interface RuntimeOptions {
  log: Logger;
  /** Called with every SQL statement's text; tests count with it. */
  onStatement?: (sql: string) => void;
  /** Parts to use instead of those that the configuration asks for. */
  overrides?: Partial<Runtime>;
}

/** Wires the adapters of one process. Nothing listens and nothing is called before it is used. */
export async function createRuntime(config: Config, options: RuntimeOptions): Promise<Runtime> {
  const { log, onStatement, overrides = {} } = options;
  const clock = overrides.clock ?? systemClock;
  const ids = overrides.ids ?? systemIds;
  const onConnectionError = (error: Error) => log.warn({ error: error.message }, 'database connection lost');
  const db =
    overrides.db ??
    createDb({
      url: config.databaseUrl,
      maxConnections: config.databasePoolSize,
      onConnectionError,
      ...(onStatement && { onStatement }),
    });
  const onQueueError = (error: Error) => log.warn({ error: error.message }, 'queue error');
  return {
    config,
    db,
    clock,
    ids,
    log,
    queue: overrides.queue ?? (await openQueue({ db, onError: onQueueError })),
    cache: overrides.cache ?? createCache({ clock, redisUrl: config.redisUrl, log }),
    limiter: overrides.limiter ?? createLimiter({ limits: config.limits, redisUrl: config.redisUrl, clock, log }),
    changes: overrides.changes ?? createChanges({ url: config.databaseUrl, log }),
    payments: overrides.payments ?? createPaymentProviders(config),
    mailer: overrides.mailer ?? createMailer(config.mail),
    blobs: overrides.blobs ?? createBlobs(config.media, () => ids.uuid(clock.now())),
    pictures: overrides.pictures ?? createPictures({ limits: config.media.limits }),
    spool: overrides.spool ?? createSpool({ newName: () => ids.uuid(clock.now()) }),
    passwords: overrides.passwords ?? createPasswordHasher(undefined, config.passwordHash),
    accessTokens:
      overrides.accessTokens ??
      createAccessTokens({
        db,
        clock,
        ids,
        authSecret: config.authSecret,
        issuer: config.publicUrl,
        requireStaffSecondFactor: config.requireStaffSecondFactor,
      }),
    apiKeys: overrides.apiKeys ?? createApiKeys({ db, clock, log }),
    identityProviders: overrides.identityProviders ?? createIdentityProviders(config, clock),
  };
}

/** Ends what {@link createRuntime} opened, the database last. */
export async function closeRuntime(runtime: Runtime): Promise<void> {
  await runtime.queue.stop();
  await writeQueries(runtime);
  const { changes, cache, limiter, mailer, pictures, spool } = runtime;
  await Promise.all([changes, cache, limiter, mailer, pictures, spool].map((part) => part.close()));
  await closeDb(runtime.db);
}
