import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { createTestDatabase } from '@cartwright/db/testing';
import type { Ctx, Runtime } from '../context.ts';
import type { PasswordHasher } from '../domains/auth/password-hasher.ts';
import type { Mail, Mailer } from '../domains/notification/mailer.ts';
import { createIdentityProviders } from '../domains/social/providers/create-providers.ts';
import type { Actor } from '../kit/actor.ts';
import { permissions } from '../kit/actor.ts';
import type { Clock } from '../kit/clock.ts';
import { sha256Hex } from '../kit/ids.ts';
import type { Logger } from '../kit/logger.ts';
import { loadConfig } from '../runtime/config.ts';
import { closeRuntime, createRuntime } from '../runtime/runtime.ts';

export { ChangeLog } from '../runtime/change-log.ts';

/** A clock that stands still until it is moved. */
export interface TestClock extends Clock {
  set(at: Date): void;
  advance(seconds: number): void;
}

export function createTestClock(at = new Date('2026-03-01T12:00:00.000Z')): TestClock {
  let now = at;
  return {
    now: () => new Date(now),
    set: (next) => {
      now = next;
    },
    advance: (seconds) => {
      now = new Date(now.getTime() + seconds * 1000);
    },
  };
}

export const silentLog: Logger = { debug() {}, info() {}, warn() {}, error() {} };

/** Keeps mails instead of sending them. */
export function createRecordingMailer(): Mailer & { sent: Mail[] } {
  const sent: Mail[] = [];
  return {
    sent,
    async send(mail) {
      sent.push(mail);
      return 'recorded';
    },
    close: async () => undefined,
  };
}

/** For tests that log in often: what it costs to guess a password is not their matter. */
export function createFastHasher(): PasswordHasher {
  const hashOf = (password: string) => `fast:${sha256Hex(password)}`;
  return {
    hash: async (password) => hashOf(password),
    async verify(hash, password, admit) {
      await admit?.();
      return hash === hashOf(password);
    },
    needsRehash: () => false,
  };
}

export interface TestRuntime extends Runtime {
  clock: TestClock;
  mailer: Mailer & { sent: Mail[] };
  /** Statements sent since the last call, without `begin`, `commit` and `rollback`. */
  takeStatements(): string[];
  databaseUrl: string;
  /** Closes everything and drops the database. */
  dispose(): Promise<void>;
}

/** A whole runtime on a database of its own; call it in `beforeAll`, and `dispose()` it in `afterAll`. */
export async function makeTestRuntime(
  options: { env?: Record<string, string>; clock?: TestClock; overrides?: Partial<Runtime> } = {},
): Promise<TestRuntime> {
  const database = await createTestDatabase();
  const mediaDir = join(tmpdir(), `cartwright-media-${basename(new URL(database.url).pathname)}`);
  const config = loadConfig({
    NODE_ENV: 'test',
    DATABASE_URL: database.url,
    AUTH_SECRET: 'a secret that only tests may have, 40 chars',
    MAIL_DIR: '/nonexistent',
    MEDIA_DIR: mediaDir,
    ...options.env,
  });
  const clock = options.clock ?? createTestClock();
  const mailer = createRecordingMailer();
  let statements: string[] = [];
  const runtime = await createRuntime(config, {
    log: silentLog,
    onStatement: (sql) => {
      if (!/^(begin|commit|rollback)/i.test(sql)) statements.push(sql);
    },
    overrides: { clock, mailer, ...options.overrides },
  });
  return {
    ...runtime,
    clock,
    mailer,
    databaseUrl: database.url,
    takeStatements() {
      const taken = statements;
      statements = [];
      return taken;
    },
    async dispose() {
      await closeRuntime(runtime);
      await rm(mediaDir, { recursive: true, force: true });
      await database.drop();
    },
  };
}

/** The same runtime with other identity providers, on the same database. */
export function withProviders<R extends Runtime>(runtime: R, env: Record<string, string>): R {
  const { authSecret: AUTH_SECRET, databaseUrl: DATABASE_URL, publicUrl: PUBLIC_URL } = runtime.config;
  const { social } = loadConfig({ NODE_ENV: 'test', AUTH_SECRET, DATABASE_URL, ...env });
  const config = { ...runtime.config, publicUrl: env['PUBLIC_URL'] ?? PUBLIC_URL, social };
  return { ...runtime, config, identityProviders: createIdentityProviders(config, runtime.clock) };
}

/** Another process of the same store, with the same clock; `close()` it before the first one is disposed of. */
export async function openAnotherProcess({
  config,
  clock,
  mailer,
  passwords,
}: TestRuntime): Promise<Runtime & { close(): Promise<void> }> {
  const runtime = await createRuntime(config, { log: silentLog, overrides: { clock, mailer, passwords } });
  return { ...runtime, close: () => closeRuntime(runtime) };
}

/** A request's context: a guest unless said otherwise. */
export function makeCtx(runtime: Runtime, options: Partial<Ctx> = {}): Ctx {
  return {
    ...runtime,
    actor: { kind: 'guest' },
    requestId: 'test-request',
    now: runtime.clock.now(),
    clientAddress: '127.0.0.1',
    ...options,
  };
}

// Beyond every test's clock: lately enough for whatever is dangerous.
const AUTHENTICATED_AT = new Date('2999-01-01T00:00:00.000Z');

/** What is dangerous asks the database for the session: name one that is there. */
export function customer(userId: string, sessionId = 'test-session'): Actor {
  return { kind: 'customer', userId, sessionId, authenticatedAt: AUTHENTICATED_AT };
}

/** Staff with every permission; {@link customer} on sessions. */
export function administrator(userId: string, sessionId = 'test-session'): Actor {
  return { kind: 'staff', userId, sessionId, authenticatedAt: AUTHENTICATED_AT, permissions };
}
