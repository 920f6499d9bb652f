import { expect, it } from 'vitest';
import { formatMoney, parseMoney } from './money.ts';

it.each([
  [1250, 'EUR', '12.50 EUR'],
  [5, 'USD', '0.05 USD'],
  [-5, 'USD', '-0.05 USD'],
  [1250, 'JPY', '1250 JPY'],
  [1250, 'KWD', '1.250 KWD'],
  [100, 'HUF', '1.00 HUF'],
  [12345, 'CLF', '1.2345 CLF'],
  [Number.MAX_SAFE_INTEGER, 'EUR', '90071992547409.91 EUR'],
])('%i minor units of %s are %s, both ways', (amount, currency, text) => {
  expect(formatMoney({ amount, currency })).toBe(text);
  expect(parseMoney(text)).toEqual({ amount, currency });
});

it('fills in decimals that are left out', () => {
  expect(parseMoney('12EUR')).toEqual({ amount: 1200, currency: 'EUR' });
  expect(parseMoney(' 12.5 EUR ')).toEqual({ amount: 1250, currency: 'EUR' });
});

it.each([
  '',
  'EUR',
  '12.505 EUR',
  '1.5 JPY',
  '1,50 EUR',
  '12.50 eur',
  '12.50',
  '.5 EUR',
  '1e3 EUR',
  '90071992547409931 EUR',
])('does not guess what "%s" means', (text) => expect(parseMoney(text)).toBeUndefined());
