import { describe, expect, test } from 'vitest';
import { openPendingSignIn, sealPendingSignIn } from './pending-sign-in.ts';

const SECRET = 'a secret of at least thirty-two characters';
const now = new Date('2026-03-01T12:00:00.000Z');
const later = (seconds: number) => new Date(now.getTime() + seconds * 1000);
const pending = { state: 'a-state', nonce: 'a-nonce', codeVerifier: 'a-verifier' };
const sealed = sealPendingSignIn(SECRET, pending, now);

describe('a pending sign-in', () => {
  test('comes back as it went, for ten minutes', () => {
    expect(openPendingSignIn(SECRET, sealed, now)).toEqual(pending);
    expect(openPendingSignIn(SECRET, sealed, later(599))).toEqual(pending);
    expect(() => openPendingSignIn(SECRET, sealed, later(600))).toThrow(
      expect.objectContaining({ code: 'oauth_state_invalid' }),
    );
  });

  test('fits into a cookie without escaping', () => {
    expect(sealed).toMatch(/^[\w.-]{1,1000}$/);
  });

  test.each([
    ['none', undefined],
    ['an empty one', ''],
    ['one without a signature', sealed.split('.')[0]],
    ['one with changed contents', `A${sealed.slice(1)}`],
    ['one of another secret', sealPendingSignIn('another secret of thirty-two characters', pending, now)],
  ])('refuses %s', (_name, cookie) => {
    expect(() => openPendingSignIn(SECRET, cookie, now)).toThrow(
      expect.objectContaining({ code: 'oauth_state_invalid' }),
    );
  });
});
