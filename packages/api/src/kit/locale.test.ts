import { expect, test } from 'vitest';
import { localeChain, localeCode, translated } from './locale.ts';

test.each([
  ['de-AT', ['de-AT', 'de', 'en']],
  ['de-CH', ['de', 'en']],
  ['en-GB', ['en']],
  ['fr', ['en']],
  ['den', ['en']],
  [undefined, ['en']],
])('texts in %s are looked for in %j', (requested, chain) => {
  expect(localeChain(requested, ['en', 'de', 'de-AT'])).toEqual(chain);
});

test('a text is the first along the chain that is not empty', () => {
  const text = { translations: { de: { name: 'Topf' }, 'de-AT': { name: '' } }, field: 'name', fallback: null };
  expect(translated(text, ['de-AT', 'de', 'en'])).toBe('Topf');
  expect(translated(text, ['en'])).toBeNull();
});

test.each(['de', 'de-AT', 'zh-Hant-TW', 'es-419', 'gsw'])('%s is a locale', (code) => {
  expect(localeCode.parse(code)).toBe(code);
});

test.each(['', 'DE', 'de_AT', 'de-at', 'de-AT-', 'deutsch', 'de-AT-x-private', "de' or 1=1"])('%j is none', (code) => {
  expect(localeCode.safeParse(code).success).toBe(false);
});
