import { describe, expect, test } from 'vitest';
import { readRefreshToken, refreshTokenOf } from './refresh-token.ts';

const SECRET = 'a secret of at least thirty-two characters';
const session = { id: 'a'.repeat(40), generation: 7 };
const token = refreshTokenOf(SECRET, session);

describe('refresh tokens', () => {
  test('the same generation of a session always has the same token', () => {
    expect(refreshTokenOf(SECRET, session)).toBe(token);
    expect(token).toMatch(/^a{40}\.7\.[\w-]{43}$/);
    expect(refreshTokenOf(SECRET, { ...session, generation: 8 })).not.toBe(token);
    expect(readRefreshToken(SECRET, token)).toEqual({ sessionId: session.id, generation: 7 });
  });

  test.each([
    ['empty', ''],
    ['of another generation', token.replace('.7.', '.8.')],
    ['of another session', `b${token.slice(1)}`],
    ['with a changed signature', `${token.slice(0, -2)}${token.endsWith('AA') ? 'BB' : 'AA'}`],
    ['without a signature', token.slice(0, token.lastIndexOf('.') + 1)],
    ['with more after it', `${token}a`],
    ['with a line break', `${token}\n`],
    ['of generation 0', token.replace('.7.', '.0.')],
    ['of a generation with a leading zero', token.replace('.7.', '.07.')],
    ['of a negative generation', token.replace('.7.', '.-7.')],
    ['of another secret', refreshTokenOf('another secret of thirty-two characters', session)],
    ['a JSON Web Token', 'eyJhbGciOiJub25lIn0.eyJzdWIiOiIxIn0.'],
  ])('refuses one %s', (_name, forged) => {
    expect(readRefreshToken(SECRET, forged)).toBeUndefined();
  });
});
