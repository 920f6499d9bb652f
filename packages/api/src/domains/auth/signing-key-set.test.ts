import { closeDb, createDb } from '@cartwright/db';
import { createTestDatabase, querySql, type TestDatabase } from '@cartwright/db/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { systemIds } from '../../kit/ids.ts';
import { createTestClock } from '../../testing/index.ts';
import { SigningKeySet } from './signing-key-set.ts';

const SECRET = 'a secret that only tests may have, 40 chars';
let database: TestDatabase;
let db: ReturnType<typeof createDb>;
let statements = 0;

beforeEach(async () => {
  database = await createTestDatabase();
  db = createDb({
    url: database.url,
    onStatement: () => {
      statements += 1;
    },
  });
});

afterEach(async () => {
  await closeDb(db);
  await database.drop();
});

function keySet(authSecret = SECRET, clock = createTestClock()) {
  return new SigningKeySet({ db, clock, ids: systemIds, authSecret });
}

const storedKeys = () =>
  querySql<{ kid: string; public_jwk: object; private_key_sealed: string }>(
    database.url,
    'select kid, public_jwk, private_key_sealed from signing_keys order by created_at, kid',
  );

describe('signing keys', () => {
  test('the first use makes one key, however many processes start at once', async () => {
    const signers = await Promise.all(Array.from({ length: 12 }, () => keySet().signer()));
    const stored = await storedKeys();
    expect(stored).toHaveLength(1);
    expect(new Set(signers.map((each) => each.kid))).toEqual(new Set([stored[0]?.kid]));
  });

  test('the private half is not in the table in clear', async () => {
    await keySet().signer();
    const [stored] = await storedKeys();
    expect(Object.keys(stored?.public_jwk ?? {}).sort()).toEqual(['crv', 'kty', 'x', 'y']);
    expect(stored?.private_key_sealed).not.toContain('"d"');
    expect(Buffer.from(stored?.private_key_sealed ?? '', 'base64url').toString('latin1')).not.toContain('"d"');
  });

  test('a key sealed with another secret still verifies, and a new one signs', async () => {
    const before = await keySet().signer();
    const after = keySet('another secret that only tests may have, 40');
    const { kid } = await after.signer();
    expect(kid).not.toBe(before.kid);
    expect(await after.publicKey(before.kid)).toBeDefined();
    expect(await storedKeys()).toHaveLength(2);
  });

  test('a key whose sealed half was altered signs no more', async () => {
    const { kid } = await keySet().signer();
    await querySql(database.url, "update signing_keys set private_key_sealed = 'AAAA.BBBB.CCCC'");
    const { kid: next } = await keySet().signer();
    expect(next).not.toBe(kid);
  });

  test('a key that another process adds is found when a token names it, asking at most once a second', async () => {
    const clock = createTestClock();
    const ours = keySet(SECRET, clock);
    await ours.signer();
    const { kid } = await keySet('another secret that only tests may have, 40').signer();
    statements = 0;
    expect(await ours.publicKey(kid)).toBeUndefined();
    expect(statements).toBe(0);
    clock.advance(1);
    expect(await ours.publicKey(kid)).toBeDefined();
    expect(await ours.publicKey('no-such-key')).toBeUndefined();
    expect(statements).toBe(1);
  });

  test('a retired key signs no more, verifies for ten minutes, and a removed one is gone within five seconds', async () => {
    const clock = createTestClock();
    const keys = keySet(SECRET, clock);
    const first = await keys.signer();
    await querySql(database.url, 'update signing_keys set retired_at = $1', [clock.now()]);
    clock.advance(5);
    const second = await keys.signer();
    expect(second.kid).not.toBe(first.kid);
    expect(await keys.publicKey(first.kid)).toBeDefined();
    clock.advance(595);
    expect(await keys.publicKey(first.kid)).toBeUndefined();

    expect(await keys.publicKey(second.kid)).toBeDefined();
    await querySql(database.url, 'delete from signing_keys where kid = $1', [second.kid]);
    clock.advance(5);
    expect(await keys.publicKey(second.kid)).toBeUndefined();
  });

  test('a clock that is set back does not keep old keys alive', async () => {
    const clock = createTestClock();
    const keys = keySet(SECRET, clock);
    const { kid } = await keys.signer();
    await querySql(database.url, 'delete from signing_keys');
    clock.advance(-3_600);
    expect(await keys.publicKey(kid)).toBeUndefined();
  });
});
