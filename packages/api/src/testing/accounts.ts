import { roles, transaction, users } from '@cartwright/db';
import { querySql } from '@cartwright/db/testing';
import type { Ctx } from '../context.ts';
import { createPasswordHasher } from '../domains/auth/argon2-hasher.ts';
import { issueTokens } from '../domains/auth/issue-tokens.ts';
import { luciaSessionStore } from '../domains/auth/lucia-session-store.ts';
import type { PasswordHasher } from '../domains/auth/password-hasher.ts';
import { createTurns } from '../domains/auth/turns.ts';
import type { Permission } from '../kit/actor.ts';
import { secondsBefore } from '../kit/clock.ts';
import { makeCtx, type TestRuntime } from './index.ts';

/** An account that is logged in. */
export interface TestAccount {
  id: string;
  email: string;
  sessionId: string;
  accessToken: string;
  refreshToken: string;
}

/** Of every account that {@link openAccount} makes. */
export const TEST_PASSWORD = 'a password in every test';
const hashes = new WeakMap<TestRuntime, Promise<string>>();

/**
 * Makes an account with these staff roles and the password {@link TEST_PASSWORD}, and opens a session of it in which
 * the person was proven `provenSecondsAgo`. Its address is verified unless said.
 */
export async function openAccount(
  runtime: TestRuntime,
  options: { roleNames?: readonly string[]; provenSecondsAgo?: number; verified?: boolean } = {},
): Promise<TestAccount> {
  const { db, clock, ids } = runtime;
  const now = clock.now();
  const id = ids.uuid(now);
  const passwordHash = await hashOnce(runtime);
  const emailVerifiedAt = (options.verified ?? true) ? now : null;
  const user = { id, email: `${id}@example.com`, name: null, passwordHash, emailVerifiedAt };
  await transaction(db, async (tx) => {
    await users.insertUser(tx, { ...user, now });
    for (const roleName of options.roleNames ?? []) await roles.insertUserRole(tx, { userId: id, roleName, now });
  });
  return { id, email: user.email, ...(await openSessionOf(runtime, { userId: id, ...options })) };
}

/** Opens a session of an account, for its owner or for the member of staff who impersonates them. */
export async function openSessionOf(
  runtime: TestRuntime,
  options: { userId: string; provenSecondsAgo?: number; impersonator?: TestAccount },
): Promise<Pick<TestAccount, 'sessionId' | 'accessToken' | 'refreshToken'>> {
  const { db, clock } = runtime;
  const { userId, provenSecondsAgo = 0, impersonator: staff } = options;
  const now = secondsBefore(clock.now(), provenSecondsAgo);
  const impersonator = staff && { userId: staff.id, sessionId: staff.sessionId };
  const start = {
    userId,
    userAgent: undefined,
    address: '127.0.0.1',
    amr: ['pwd'],
    now,
    ...(staff && { impersonator }),
  };
  const session = await transaction(db, (tx) => luciaSessionStore.create(tx, start));
  const user = await users.findUser(db, { id: userId });
  if (user === undefined) throw new Error('The account is not there');
  const { id: sessionId, authenticatedAt } = session;
  const { accessToken, refreshToken } = await issueTokens(runtime, session, user);
  if (!staff) return { sessionId, accessToken, refreshToken };
  const claims = { userId, sessionId, authenticatedAt, roles: ['customer'], impersonatorId: staff.id };
  return { sessionId, accessToken: (await runtime.accessTokens.sign(claims)).accessToken, refreshToken };
}

/** A request of an account from its session, with the password proven just now. */
export function ctxOf(runtime: TestRuntime, { id: userId, sessionId }: Pick<TestAccount, 'id' | 'sessionId'>): Ctx {
  const authenticatedAt = runtime.clock.now();
  return makeCtx(runtime, { actor: { kind: 'customer', userId, sessionId, authenticatedAt } });
}

/** Hashes as always, but nobody is sent away for having to wait: many log in at once on a machine that does much else. */
export function patientPasswords(): PasswordHasher {
  return createPasswordHasher(createTurns({ atOnce: 2, maxWaiting: 1_000, maxWaitMs: 60_000 }));
}

/** More people are logging in than can wait. */
export function overwhelmedPasswords(): PasswordHasher {
  return createPasswordHasher(createTurns({ atOnce: 0, maxWaiting: 0, maxWaitMs: 2_000 }));
}

function hashOnce(runtime: TestRuntime): Promise<string> {
  const known = hashes.get(runtime) ?? runtime.passwords.hash(TEST_PASSWORD);
  hashes.set(runtime, known);
  return known;
}

let rolesMade = 0;

/** Makes a role of these permissions, past every rule, and answers its name. */
export async function insertTestRole(
  runtime: TestRuntime,
  granted: readonly Permission[],
  name?: string,
): Promise<string> {
  rolesMade += 1;
  const roleName = name ?? `role-${rolesMade}`;
  const insert = 'insert into roles (name, permissions, created_at, updated_at) values ($1, $2, $3, $3)';
  await querySql(runtime.databaseUrl, insert, [roleName, granted, runtime.clock.now()]);
  return roleName;
}

/** An account with a role of its own for these permissions, or with the roles named, and a context in which it acts. */
export async function openStaff(
  runtime: TestRuntime,
  options: { permissions?: readonly Permission[]; roleNames?: readonly string[] },
): Promise<TestAccount & { ctx: Ctx; roleNames: string[] }> {
  const { permissions: granted } = options;
  const roleNames = [...(options.roleNames ?? []), ...(granted ? [await insertTestRole(runtime, granted)] : [])];
  const account = await openAccount(runtime, { roleNames });
  const actor = await runtime.accessTokens.verify(account.accessToken);
  if (actor === undefined) throw new Error('The session is not there');
  return { ...account, roleNames, ctx: makeCtx(runtime, { actor }) };
}
