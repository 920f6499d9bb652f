import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDb, createDb } from './client.ts';
import { violatedConstraint } from './constraint-error.ts';
import { findIdentity, insertIdentity } from './identities.ts';
import { countAdministrators, insertUserRole } from './roles.ts';
import { insertSession, listUserSessions } from './sessions.ts';
import { createTestDatabase, querySql, type TestDatabase } from './testing/index.ts';
import { transaction } from './transaction.ts';
import { findAdministrator, findUser, findUserByEmail, insertUser, savePassword, savePasswordRehash } from './users.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const ID = '019ca945-0a00-7963-a609-3eca1e53c73d';
const OTHER_ID = '019ca945-0a00-7963-a609-3eca1e53c73e';
const user = {
  id: ID,
  email: 'ada@example.com',
  name: 'Ada',
  passwordHash: 'hash',
  emailVerifiedAt: null,
};
let database: TestDatabase;
let db: ReturnType<typeof createDb>;

beforeAll(async () => {
  database = await createTestDatabase();
  db = createDb({ url: database.url });
  await transaction(db, (tx) => insertUser(tx, { ...user, now }));
});
afterAll(async () => {
  await closeDb(db);
  await database.drop();
});

describe('users', () => {
  test('are found by id and by address', async () => {
    const row = { ...user, passwordVersion: 1, roles: [], status: 'active', createdAt: now };
    expect(await findUser(db, { id: ID })).toEqual(row);
    expect(await findUserByEmail(db, { email: 'ada@example.com' })).toEqual(row);
    expect(await findUserByEmail(db, { email: 'nobody@example.com' })).toBeUndefined();
  });

  test('have an address of their own: a second account of it is not made', async () => {
    const before = await findUser(db, { id: ID });
    const inserted = await transaction(db, (tx) => insertUser(tx, { ...user, id: OTHER_ID, name: 'Eve', now }));
    expect(inserted).toBe(false);
    expect(await findUser(db, { id: ID })).toEqual(before);
    expect(await findUser(db, { id: OTHER_ID })).toBeUndefined();
  });

  test.each([['an address in capitals', { email: 'ADA@example.com' }, 'users_email_check']])(
    'cannot have %s',
    async (_name, columns, constraint) => {
      const attempt = transaction(db, (tx) => insertUser(tx, { ...user, id: OTHER_ID, now, ...columns }));
      expect(violatedConstraint(await attempt.catch((error) => error))).toBe(constraint);
    },
  );

  test('a hash is replaced only while it is the one that was checked', async () => {
    const rehash = (from: string, to: string) =>
      transaction(db, (tx) => savePasswordRehash(tx, { id: ID, from, to, now }));
    await rehash('hash', 'better hash');
    await rehash('hash', 'too late');
    expect(await findUser(db, { id: ID })).toMatchObject({ passwordHash: 'better hash', passwordVersion: 1 });
  });

  test('have the roles that they were given, each once, and the password that was set', async () => {
    const grant = (roleName: string) => transaction(db, (tx) => insertUserRole(tx, { userId: ID, roleName, now }));
    await transaction(db, (tx) => savePassword(tx, { id: ID, passwordHash: 'new', now }));
    await grant('administrator');
    await grant('administrator');
    const changed = { roles: ['administrator'], passwordHash: 'new', passwordVersion: 2 };
    expect(await findUser(db, { id: ID })).toMatchObject(changed);
    expect(await findAdministrator(db)).toMatchObject({ id: ID });
    const unknown = await grant('owner').catch((error) => error);
    expect(violatedConstraint(unknown)).toBe('user_roles_role_name_fkey');
  });

  test('who are administrators are counted, without the disabled and without one who is left out', async () => {
    expect(await countAdministrators(db, { exceptUserId: null })).toBe(1);
    expect(await countAdministrators(db, { exceptUserId: ID })).toBe(0);
    await querySql(database.url, `update users set status = 'disabled'`);
    expect(await countAdministrators(db, { exceptUserId: null })).toBe(0);
    await querySql(database.url, `update users set status = 'active'`);
  });
});

test('an identity belongs to one account', async () => {
  const of = { provider: 'oidc:x', subject: 'ada', userId: ID, createdAt: now };
  const identity = { ...of, id: randomUUID(), email: 'ada@example.com', lastUsedAt: null };
  const insert = () => transaction(db, (tx) => insertIdentity(tx, identity));
  expect(await insert()).toBe(true);
  expect(await findIdentity(db, { provider: 'oidc:x', subject: 'ada' })).toEqual(identity);
  expect(await findIdentity(db, { provider: 'oidc:y', subject: 'ada' })).toBeUndefined();
  expect(await insert()).toBe(false);
});

test('the sessions of an account are listed newest first, without those that have ended', async () => {
  const at = (days: number) => new Date(now.getTime() + days * 86_400_000);
  const session = (id: string, createdAt: Date, rotatedAt: Date) => ({
    id: id.repeat(64),
    userId: ID,
    generation: 1,
    createdAt,
    rotatedAt,
    expiresAt: new Date(createdAt.getTime() + 30 * 86_400_000),
    userAgent: null,
    address: null,
    authenticatedAt: createdAt,
    amr: ['pwd'],
    impersonatorId: null,
  });
  await transaction(db, async (tx) => {
    await insertSession(tx, session('a', at(-40), at(-1)));
    await insertSession(tx, session('b', at(-20), at(-15)));
    await insertSession(tx, session('c', at(-20), at(-2)));
    await insertSession(tx, session('d', at(-3), at(-3)));
  });
  const listed = await listUserSessions(db, { userId: ID, now, idleSince: at(-14) });
  expect(listed.map(({ id }) => id.slice(0, 1))).toEqual(['d', 'c']);
});
