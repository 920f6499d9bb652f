import { describe, expect, test } from 'vitest';
import { base32 } from '../base32.ts';
import { otpauthUri, STEP_SECONDS, stepAt, stepOfCode, totpCode } from './totp.ts';

/** The secret of RFC 6238, appendix B. */
const SECRET = Buffer.from('12345678901234567890');
const at = (seconds: number) => new Date(seconds * 1000);

describe('codes', () => {
  // The appendix has eight digits; six are the last of them, since both are remainders of one number.
  test.each([
    [59, '94287082'],
    [1_111_111_109, '07081804'],
    [1_111_111_111, '14050471'],
    [1_234_567_890, '89005924'],
    [2_000_000_000, '69279037'],
    [20_000_000_000, '65353130'],
  ])('at second %i are those of RFC 6238', (seconds, eightDigits) => {
    expect(totpCode(SECRET, stepAt(at(seconds)))).toBe(eightDigits.slice(2));
  });

  test.each([
    ...['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'].entries(),
  ])('of counter %i are those of RFC 4226', (counter, code) => expect(totpCode(SECRET, counter)).toBe(code));

  test('are of the step that is on, the one before or the one after, and of no other', () => {
    const now = at(1_234_567_890);
    const step = stepAt(now);
    const found = [-2, -1, 0, 1, 2].map((offset) => stepOfCode(SECRET, totpCode(SECRET, step + offset), now));
    expect(found).toEqual([undefined, step - 1, step, step + 1, undefined]);
    expect(stepOfCode(SECRET, '000000', now)).toBeUndefined();
    expect(stepOfCode(SECRET, '', now)).toBeUndefined();
  });

  test('change every thirty seconds', () => {
    expect(stepAt(at(STEP_SECONDS - 1))).toBe(0);
    expect(stepAt(at(STEP_SECONDS))).toBe(1);
  });
});

test.each([
  ['', ''],
  ['f', 'my'],
  ['fo', 'mzxq'],
  ['foo', 'mzxw6'],
  ['foob', 'mzxw6yq'],
  ['fooba', 'mzxw6ytb'],
  ['foobar', 'mzxw6ytboi'],
])('base32 of "%s" is that of RFC 4648', (text, encoded) => {
  expect(base32(Buffer.from(text))).toBe(encoded);
});

test('the URI says all that an app needs, with nothing in it that could end early', () => {
  expect(otpauthUri({ secret: SECRET, issuer: 'Ann & Bob: Tea?', account: 'a+b@example.com' })).toBe(
    'otpauth://totp/Ann%20%26%20Bob%3A%20Tea%3F:a%2Bb%40example.com' +
      '?secret=GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ&issuer=Ann%20%26%20Bob%3A%20Tea%3F&algorithm=SHA1&digits=6&period=30',
  );
});
