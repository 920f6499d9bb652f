/** ISO 4217 minor-unit exponents that are not 2. The runtime's own data (CLDR) differs from it for HUF, IQD and others. */
const EXPONENTS: Record<string, number> = {
  BHD: 3,
  BIF: 0,
  CLF: 4,
  CLP: 0,
  DJF: 0,
  GNF: 0,
  IQD: 3,
  ISK: 0,
  JOD: 3,
  JPY: 0,
  KMF: 0,
  KRW: 0,
  KWD: 3,
  LYD: 3,
  OMR: 3,
  PYG: 0,
  RWF: 0,
  TND: 3,
  UGX: 0,
  UYI: 0,
  UYW: 4,
  VND: 0,
  VUV: 0,
  XAF: 0,
  XOF: 0,
  XPF: 0,
};

/** Decimal places of a currency's minor unit, by ISO 4217. */
export const exponentOf = (currency: string): number => EXPONENTS[currency] ?? 2;

/** `1250 EUR` as `12.50 EUR`. Exact for every integer. */
export function formatMoney(money: { amount: number; currency: string }): string {
  const exponent = exponentOf(money.currency);
  const digits = String(Math.abs(money.amount)).padStart(exponent + 1, '0');
  const whole = digits.slice(0, digits.length - exponent);
  const part = exponent > 0 ? `.${digits.slice(-exponent)}` : '';
  return `${money.amount < 0 ? '-' : ''}${whole}${part} ${money.currency}`;
}
