import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { actorRecord, permissions, permissionsOf, permissionsOfRoles, sessionIdOf, userIdOf } from './actor.ts';
import { DomainError, errorsOf } from './domain-error.ts';
import { escapeHtml } from './escape-html.ts';
import { exponentOf, formatMoney } from './format-money.ts';
import { equalSecrets, hmac, systemIds } from './ids.ts';
import { divideRounded, multiply, sum } from './money.ts';
import { decodeCursor, encodeCursor } from './page.ts';
import { countryCode, multilineText, text } from './text.ts';

describe('money', () => {
  test('divides half up, exactly', () => {
    expect(divideRounded(5n, 2n, 'half-up')).toBe(3);
    expect(divideRounded(7n, 3n, 'half-up')).toBe(2);
    expect(divideRounded(0n, 3n, 'half-up')).toBe(0);
    expect(() => divideRounded(-1n, 3n, 'half-up')).toThrow(RangeError);
    expect(() => divideRounded(1n << 60n, 1n, 'half-up')).toThrow(DomainError);
  });

  test('refuses to count past 2^53', () => {
    expect(multiply(1250, 3)).toBe(3750);
    expect(sum([1, 2, 3])).toBe(6);
    expect(() => multiply(Number.MAX_SAFE_INTEGER, 2)).toThrow(DomainError);
    expect(() => sum([Number.MAX_SAFE_INTEGER, 1])).toThrow(DomainError);
  });

  test.each([
    [1250, 'EUR', '12.50 EUR'],
    [5, 'EUR', '0.05 EUR'],
    [-5, 'EUR', '-0.05 EUR'],
    [1250, 'JPY', '1250 JPY'],
    [1250, 'KWD', '1.250 KWD'],
    [1250, 'HUF', '12.50 HUF'],
    [9_007_199_254_740_991, 'EUR', '90071992547409.91 EUR'],
  ])('%i %s is written %s', (amount, currency, written) => {
    expect(formatMoney({ amount, currency })).toBe(written);
  });

  test('knows exponents by ISO 4217', () => {
    expect([exponentOf('IQD'), exponentOf('ISK'), exponentOf('CLF'), exponentOf('USD')]).toEqual([3, 0, 4, 2]);
  });
});

describe('ids', () => {
  test('of one process sort in the order of their making, also within one millisecond', () => {
    const now = new Date('2026-01-01T00:00:00.000Z');
    const made = Array.from({ length: 10_000 }, () => systemIds.uuid(now));
    expect([...made].sort()).toEqual(made);
    expect(new Set(made).size).toBe(made.length);
    expect(made[0]).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  test('secrets are long, different and compared whole', () => {
    const secret = systemIds.secret();
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(secret).not.toBe(systemIds.secret());
    expect(equalSecrets(secret, secret)).toBe(true);
    expect(equalSecrets(secret, `${secret}x`)).toBe(false);
    expect(equalSecrets('a', 'b')).toBe(false);
  });

  test('a signature keeps its parts apart', () => {
    expect(hmac('k', 'a', 'b')).not.toBe(hmac('k', 'ab'));
    expect(hmac('k', 'a')).not.toBe(hmac('l', 'a'));
  });
});

describe('cursors', () => {
  test('come back as they went, for their own list only', () => {
    const keys = ['title', 12, '0198f0a0-0000-7000-8000-000000000000', '2026-01-01T00:00:00.000Z'] as const;
    const cursor = encodeCursor('list', keys);
    expect(decodeCursor(cursor, 'list', ['string', 'number', 'uuid', 'instant'] as const)).toEqual(keys);
    expect(() => decodeCursor(cursor, 'other', ['string', 'number', 'uuid', 'instant'] as const)).toThrow(DomainError);
    expect(() => decodeCursor(cursor, 'list', ['string'] as const)).toThrow(DomainError);
  });

  test('anything else is refused, never another error', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.base64String(), fc.json()), (cursor) => {
        try {
          decodeCursor(cursor, 'list', ['uuid', 'instant'] as const);
          return false;
        } catch (error) {
          return error instanceof DomainError && error.code === 'cursor_invalid';
        }
      }),
      { numRuns: 5000 },
    );
    const wrong = encodeCursor('list', ["' or 1=1", '2026-13-45T00:00:00Z']);
    expect(() => decodeCursor(wrong, 'list', ['uuid', 'instant'] as const)).toThrow(DomainError);
    expect(() => decodeCursor(encodeCursor('list', ['\0']), 'list', ['string'] as const)).toThrow(DomainError);
  });
});

test('text refuses what the database or a mail header cannot hold', () => {
  expect(text(5).safeParse('Grüße').success).toBe(true);
  for (const bad of ['', 'a\0', 'a\nb', '\ud800', 'toolong']) expect(text(5).safeParse(bad).success).toBe(false);
  expect(multilineText(10).safeParse('a\n\tb').success).toBe(true);
  expect(multilineText(10).safeParse('a\0').success).toBe(false);
  expect(countryCode.safeParse('de').success).toBe(false);
});

test('html is escaped in text and in attributes', () => {
  expect(escapeHtml(`<a href="x" title='y'>&`)).toBe('&lt;a href=&quot;x&quot; title=&#39;y&#39;&gt;&amp;');
});

test('an actor is recorded without its session and its permissions', () => {
  const staff = {
    kind: 'staff',
    userId: 'u',
    sessionId: 's',
    permissions: ['orders:read'],
    authenticatedAt: new Date(),
  } as const;
  expect(actorRecord(staff)).toEqual({ kind: 'staff', userId: 'u' });
  expect(actorRecord({ kind: 'guest' })).toEqual({ kind: 'guest' });
  expect(actorRecord({ kind: 'job', name: 'j' })).toEqual({ kind: 'job', name: 'j' });
  expect(actorRecord({ kind: 'webhook', provider: 'stripe' })).toEqual({ kind: 'webhook', name: 'stripe' });
  const key = { kind: 'apiKey', keyId: 'k', userId: 'u', permissions: ['orders:read'] } as const;
  expect(actorRecord(key)).toEqual({ kind: 'apiKey', userId: 'u', name: 'k' });
  const visitor = { kind: 'impersonation', userId: 'u', staffId: 'staff', sessionId: 's' } as const;
  expect(actorRecord(visitor)).toEqual({ kind: 'impersonation', userId: 'staff' });
  expect([staff, key, visitor, { kind: 'guest' } as const].map(permissionsOf)).toEqual([
    ['orders:read'],
    ['orders:read'],
    [],
    [],
  ]);
  expect([staff, key, visitor, { kind: 'guest' } as const].map(userIdOf)).toEqual(['u', undefined, 'u', undefined]);
  expect([staff, key, visitor].map(sessionIdOf)).toEqual(['s', undefined, 's']);
});

test('roles amount to the permissions that this release knows; the administrator to all of them', () => {
  const role = (name: string, granted: string[]) => ({ name, permissions: granted });
  expect(permissionsOfRoles([])).toEqual([]);
  expect(permissionsOfRoles([role('a', ['orders:read', 'gone:long-ago']), role('b', ['orders:read'])])).toEqual([
    'orders:read',
  ]);
  expect(permissionsOfRoles([role('administrator', [])])).toEqual(permissions);
});

test('an error that a slice never declared is a mistake of ours', () => {
  const refuse = errorsOf({ a: { kind: 'conflict', title: 'A' } });
  expect(() => refuse('b' as 'a')).toThrow(TypeError);
  expect(refuse('a', { detail: 'more' })).toMatchObject({ code: 'a', kind: 'conflict', message: 'more' });
});
