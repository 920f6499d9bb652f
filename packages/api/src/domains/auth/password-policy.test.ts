import { expect, test } from 'vitest';
import { commonPasswords } from './common-passwords.ts';
import { assertUncommonPassword } from './password-policy.ts';

test('refuses what everybody guesses first, in any case', () => {
  for (const common of ['password', 'PassWord1', 'QWERTY123', '12345678', 'iloveyou', 'letmein123']) {
    expect(() => assertUncommonPassword(common), common).toThrow(
      expect.objectContaining({ code: 'password_too_common' }),
    );
  }
  expect(() => assertUncommonPassword('correct horse battery staple')).not.toThrow();
});

test('the list has only passwords that would be accepted otherwise, in the form they are compared in', () => {
  expect(commonPasswords.length).toBeGreaterThanOrEqual(200);
  expect(commonPasswords.filter((each) => each.length < 8 || each !== each.toLowerCase())).toEqual([]);
  expect(new Set(commonPasswords).size).toBe(commonPasswords.length);
});
