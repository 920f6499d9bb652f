import { expect, test } from 'vitest';
import { commonPasswords } from './common-passwords.ts';
import { assertUncommonPassword } from './password-policy.ts';
import { NewPassword } from './schema.ts';

const isRefused = (password: string): boolean => {
  try {
    assertUncommonPassword(password);
    return false;
  } catch (error) {
    expect(error).toMatchObject({ code: 'password_too_common', kind: 'rule_violated' });
    return true;
  }
};

test.each([
  // The heads of what leaked.
  ...['password', '12345678', '123456789', 'qwertyuiop', '1qaz2wsx', 'iloveyou', 'trustno1', 'sunshine', 'princess'],
  ...['password1', 'qwerty123', 'abcd1234', 'superman', 'michelle', '11111111', 'letmein123', 'football1', 'passw0rd'],
  // Any case is the same guess.
  ...['PassWord1', 'QWERTY123', 'ILoveYou'],
  // What a rule of one capital, one digit and one sign leads to.
  ...[
    'Password1!',
    'Password123!',
    'P@ssw0rd1',
    'Welcome2025!',
    'Summer2024',
    'Winter2026!',
    'Admin@123',
    'Changeme1!',
  ],
  // Ours.
  ...['cartwright', 'Cartwright1!'],
])('refuses %s', (password) => {
  expect(isRefused(password)).toBe(true);
});

test.each(['correct horse battery staple', 'größe 🛒 matters', 'a long password 7', 'xk3v-9qpl', 'pass word 1 two'])(
  'accepts %s',
  (password) => {
    expect(isRefused(password)).toBe(false);
  },
);

test('ours are of a length that would be accepted otherwise, and in the form they are compared in', () => {
  expect(commonPasswords.length).toBeGreaterThan(2_000);
  expect(commonPasswords.filter((each) => each !== each.toLowerCase() || !NewPassword.safeParse(each).success)).toEqual(
    [],
  );
});
