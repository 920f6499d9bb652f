import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { closeDb, createDb } from './client.ts';
import { violatedConstraint } from './constraint-error.ts';
import { findIdentity, insertIdentity } from './identities.ts';
import { insertSession, listUserSessions } from './sessions.ts';
import { createTestDatabase, type TestDatabase } from './testing/index.ts';
import { transaction } from './transaction.ts';
import { findUser, findUserByEmail, insertUser, lockUserByEmail, savePasswordRehash, saveUserRoles } from './users.ts';

const now = new Date('2026-03-01T12:00:00.000Z');
const ID = '019ca945-0a00-7963-a609-3eca1e53c73d';
const OTHER_ID = '019ca945-0a00-7963-a609-3eca1e53c73e';
const user = {
  id: ID,
  email: 'ada@example.com',
  name: 'Ada',
  passwordHash: 'hash',
  roles: ['customer'],
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
    const row = { ...user, status: 'active', createdAt: now };
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

  test.each([
    ['an address in capitals', { email: 'ADA@example.com' }, 'users_email_check'],
    ['a role that does not exist', { email: 'b@example.com', roles: ['owner'] }, 'users_roles_check'],
    ['no role at all', { email: 'c@example.com', roles: [] }, 'users_roles_check'],
  ])('cannot have %s', async (_name, columns, constraint) => {
    const attempt = transaction(db, (tx) => insertUser(tx, { ...user, id: OTHER_ID, now, ...columns }));
    expect(violatedConstraint(await attempt.catch((error) => error))).toBe(constraint);
  });

  test('a hash is replaced only while it is the one that was checked', async () => {
    const rehash = (from: string, to: string) =>
      transaction(db, (tx) => savePasswordRehash(tx, { id: ID, from, to, now }));
    await rehash('hash', 'better hash');
    await rehash('hash', 'too late');
    expect((await findUser(db, { id: ID }))?.passwordHash).toBe('better hash');
  });

  test('roles and password change together', async () => {
    await transaction(db, async (tx) => {
      const locked = await lockUserByEmail(tx, { email: 'ada@example.com' });
      const roles = [...(locked?.roles ?? []), 'administrator'];
      await saveUserRoles(tx, { id: ID, roles, passwordHash: 'new', now });
    });
    expect(await findUser(db, { id: ID })).toMatchObject({ roles: ['customer', 'administrator'], passwordHash: 'new' });
  });
});

test('an identity belongs to one account', async () => {
  const identity = { provider: 'oidc:x', subject: 'ada', userId: ID, createdAt: now };
  await transaction(db, (tx) => insertIdentity(tx, identity));
  expect(await findIdentity(db, { provider: 'oidc:x', subject: 'ada' })).toEqual(identity);
  expect(await findIdentity(db, { provider: 'oidc:y', subject: 'ada' })).toBeUndefined();
  const again = transaction(db, (tx) => insertIdentity(tx, identity));
  expect(violatedConstraint(await again.catch((error) => error))).toBe('identities_pkey');
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
