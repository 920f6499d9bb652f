import { closeDb, createDb, roles, transaction, users } from '@cartwright/db';
import { querySql } from '@cartwright/db/testing';
import { decodeJwt } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { permissions } from '../../kit/actor.ts';
import { createTestClock, makeTestRuntime, type TestRuntime } from '../../testing/index.ts';
import type { AccessTokens } from './access-tokens.ts';
import { createAccessTokens } from './jwt-access-tokens.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import type { Session } from './session-store.ts';

let runtime: TestRuntime;
beforeAll(async () => {
  runtime = await makeTestRuntime();
});
afterAll(() => runtime.dispose());

async function openSession(roleNames: string[] = []): Promise<Session> {
  const { db, clock, ids } = runtime;
  const now = clock.now();
  const userId = ids.uuid(now);
  const user = { id: userId, email: `${userId}@example.com`, name: null, passwordHash: null, emailVerifiedAt: null };
  return transaction(db, async (tx) => {
    await users.insertUser(tx, { ...user, now });
    for (const roleName of roleNames) await roles.insertUserRole(tx, { userId, roleName, now });
    return luciaSessionStore.create(tx, { userId, userAgent: undefined, address: '192.0.2.1', amr: ['pwd'], now });
  });
}

async function tokenOf(session: Session, tokens: AccessTokens = runtime.accessTokens): Promise<string> {
  const { userId, id: sessionId, authenticatedAt } = session;
  return (await tokens.sign({ userId, sessionId, authenticatedAt, roles: ['customer'] })).accessToken;
}

describe('an access token', () => {
  test('lives five minutes and says who, which session and by whom', async () => {
    const session = await openSession();
    const { accessToken, expiresIn } = await runtime.accessTokens.sign({
      userId: session.userId,
      sessionId: session.id,
      authenticatedAt: session.authenticatedAt,
      roles: ['customer'],
    });
    const seconds = runtime.clock.now().getTime() / 1000;
    expect(expiresIn).toBe(300);
    expect(decodeJwt(accessToken)).toEqual({
      iss: 'http://localhost:3000',
      aud: 'cartwright-api',
      sub: session.userId,
      sid: session.id,
      typ: 'access',
      auth_time: seconds,
      roles: ['customer'],
      iat: seconds,
      exp: seconds + 300,
      jti: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    expect(await runtime.accessTokens.verify(accessToken)).toEqual({
      kind: 'customer',
      userId: session.userId,
      sessionId: session.id,
      authenticatedAt: session.authenticatedAt,
    });
    runtime.clock.advance(299);
    expect(await runtime.accessTokens.verify(accessToken)).toBeDefined();
    runtime.clock.advance(1);
    expect(await runtime.accessTokens.verify(accessToken)).toBeUndefined();
    expect(await runtime.accessTokens.verify(accessToken)).toBeUndefined();
  });

  test('of an administrator carries the permissions that the account has now, whatever it was signed with', async () => {
    const session = await openSession(['administrator']);
    expect(await runtime.accessTokens.verify(await tokenOf(session))).toEqual({
      kind: 'staff',
      authenticatedAt: session.authenticatedAt,
      userId: session.userId,
      sessionId: session.id,
      permissions: [...permissions],
    });
  });

  test('is asked about at most once in five seconds, for all its requests together', async () => {
    const session = await openSession();
    const token = await tokenOf(session);
    runtime.clock.advance(10);
    runtime.takeStatements();
    await Promise.all(Array.from({ length: 20 }, () => runtime.accessTokens.verify(token)));
    runtime.clock.advance(4.9);
    await runtime.accessTokens.verify(token);
    expect(runtime.takeStatements()).toHaveLength(2);
    runtime.clock.advance(0.1);
    await runtime.accessTokens.verify(token);
    expect(runtime.takeStatements()).toHaveLength(2);
  });

  test('is looked at once: after that its actor is the same object, whoever presents it', async () => {
    const session = await openSession();
    const token = await tokenOf(session);
    const actor = await runtime.accessTokens.verify(token);
    expect(await runtime.accessTokens.verify(Buffer.from(token).toString())).toBe(actor);
    const other = await runtime.accessTokens.verify(await tokenOf({ ...session, authenticatedAt: new Date(0) }));
    expect(other).toEqual({ ...actor, authenticatedAt: new Date(0) });
    expect(await runtime.accessTokens.verify(token)).toBe(actor);
  });

  test.each([
    ['its session is ended', 'delete from sessions where user_id = $1'],
    ['its account is disabled', "update users set status = 'disabled' where id = $1"],
    ['its account is deleted', 'delete from users where id = $1'],
  ])('is worth nothing five seconds after %s', async (_name, statement) => {
    const session = await openSession();
    const token = await tokenOf(session);
    expect(await runtime.accessTokens.verify(token)).toBeDefined();
    await querySql(runtime.databaseUrl, statement, [session.userId]);
    runtime.clock.advance(5);
    expect(await runtime.accessTokens.verify(token)).toBeUndefined();
  });

  test('follows a change of roles within five seconds, up and down', async () => {
    const session = await openSession();
    const token = await tokenOf(session);
    const kinds: (string | undefined)[] = [];
    const { databaseUrl } = runtime;
    const grant = `insert into user_roles (user_id, role_name, granted_at) values ($1, 'administrator', now())`;
    for (const change of ['select $1::uuid', grant, 'delete from user_roles where user_id = $1']) {
      await querySql(databaseUrl, change, [session.userId]);
      runtime.clock.advance(5);
      kinds.push((await runtime.accessTokens.verify(token))?.kind);
    }
    expect(kinds).toEqual(['customer', 'staff', 'customer']);
  });

  test('is seen to have ended at once by the process that ended its session', async () => {
    const session = await openSession();
    const token = await tokenOf(session);
    expect(await runtime.accessTokens.verify(token)).toBeDefined();
    await querySql(runtime.databaseUrl, 'delete from sessions where user_id = $1', [session.userId]);
    runtime.accessTokens.forget(session.id);
    expect(await runtime.accessTokens.verify(token)).toBeUndefined();
  });

  test('is not valid any more once its key is removed, though it was remembered', async () => {
    const session = await openSession();
    const token = await tokenOf(session);
    expect(await runtime.accessTokens.verify(token)).toBeDefined();
    await querySql(runtime.databaseUrl, 'delete from signing_keys');
    runtime.clock.advance(5);
    expect(await runtime.accessTokens.verify(token)).toBeUndefined();
    expect(await runtime.accessTokens.verify(await tokenOf(session))).toBeDefined();
  });

  test('cannot be judged without the database: that is an error, not a refusal, and is not remembered', async () => {
    const session = await openSession();
    const db = createDb({ url: runtime.databaseUrl });
    const clock = createTestClock(runtime.clock.now());
    const tokens = createAccessTokens({ ...runtime, db, clock, authSecret: runtime.config.authSecret, issuer: 'x' });
    const token = await tokenOf(session, tokens);
    expect(await tokens.verify(token)).toBeDefined();
    await querySql(runtime.databaseUrl, 'alter table sessions rename to sessions_away');
    clock.advance(5);
    await expect(tokens.verify(token)).rejects.toThrow();
    await querySql(runtime.databaseUrl, 'alter table sessions_away rename to sessions');
    expect(await tokens.verify(token)).toBeDefined();
    await closeDb(db);
    clock.advance(5);
    await expect(tokens.verify(token)).rejects.toThrow(/destroyed|end/);
  });

  test('is published with the keys that verify it, public halves only', async () => {
    const { keys } = await runtime.accessTokens.jwks();
    expect(keys.length).toBeGreaterThan(0);
    for (const key of keys) {
      expect(Object.keys(key).sort()).toEqual(['alg', 'crv', 'kid', 'kty', 'use', 'x', 'y']);
      expect(key).toMatchObject({ alg: 'ES256', crv: 'P-256', kty: 'EC', use: 'sig' });
    }
  });
});
