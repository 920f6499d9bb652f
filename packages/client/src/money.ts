/** ISO 4217 currencies whose minor unit is not a hundredth. Intl's digits follow custom instead (HUF 0), so they are no source. */
const EXPONENTS: Record<string, number> = {
  ...exponent(0, 'BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF'),
  ...exponent(3, 'BHD IQD JOD KWD LYD OMR TND'),
  ...exponent(4, 'CLF UYW'),
};

function exponent(digits: number, codes: string): Record<string, number> {
  return Object.fromEntries(codes.split(' ').map((code) => [code, digits]));
}

/**
 * An amount in integer minor units and its ISO 4217 currency, as every price and total is given.
 *
 * @example
 * ```ts
 * import type { Money } from '@cartwright/client';
 *
 * const price: Money = { amount: 1250, currency: 'EUR' }; // 12.50 EUR
 * ```
 */
export interface Money {
  amount: number;
  currency: string;
}

/**
 * Writes an amount with the decimals of its currency.
 *
 * @example
 * ```ts
 * import { formatMoney } from '@cartwright/client';
 *
 * formatMoney({ amount: 1250, currency: 'EUR' }); // '12.50 EUR'
 * formatMoney({ amount: 1250, currency: 'JPY' }); // '1250 JPY'
 * ```
 */
export function formatMoney({ amount, currency }: Money): string {
  const decimals = EXPONENTS[currency] ?? 2;
  const digits = String(Math.abs(amount)).padStart(decimals + 1, '0');
  const whole = digits.slice(0, digits.length - decimals);
  const fraction = decimals === 0 ? '' : `.${digits.slice(-decimals)}`;
  return `${amount < 0 ? '-' : ''}${whole}${fraction} ${currency}`;
}

/**
 * Reads what {@link formatMoney} writes; undefined for anything else, more decimals than the currency has included.
 *
 * @example
 * ```ts
 * import { parseMoney } from '@cartwright/client';
 *
 * parseMoney('12.50 EUR'); // { amount: 1250, currency: 'EUR' }
 * parseMoney('12.505 EUR'); // undefined
 * ```
 */
export function parseMoney(text: string): Money | undefined {
  const [, sign = '', whole = '', fraction = '', currency = ''] =
    /^(-?)(\d+)(?:\.(\d+))?\s*([A-Z]{3})$/.exec(text.trim()) ?? [];
  const decimals = EXPONENTS[currency] ?? 2;
  if (currency === '' || fraction.length > decimals) return undefined;
  const amount = Number(`${sign}${whole}${fraction.padEnd(decimals, '0')}`);
  return Number.isSafeInteger(amount) ? { amount, currency } : undefined;
}
