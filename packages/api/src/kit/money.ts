import { z } from 'zod';
import { errorsOf } from './domain-error.ts';

export const moneyErrors = {
  amount_out_of_range: { kind: 'rule_violated', title: 'The amount is larger than can be counted exactly.' },
} as const;
const refuse = errorsOf(moneyErrors);

/** An amount in integer minor units (cents, fils, whole yen) and its ISO 4217 currency. */
export const Money = z
  .object({
    amount: z.int().describe('Integer minor units: 1250 EUR is 12.50'),
    currency: z.string().regex(/^[A-Z]{3}$/),
  })
  .meta({ id: 'Money' });
export type Money = z.infer<typeof Money>;

/** How a fraction of a minor unit becomes a whole one. Half up: 0.5 → 1, away from zero. */
export type Rounding = 'half-up';

/** Rates are integer parts per million, so 19 % is 190,000. */
export const PPM = 1_000_000n;

/**
 * Divides exactly and rounds once. `numerator` ≥ 0, `denominator` > 0.
 * Refuses with `amount_out_of_range` when the result is beyond 2^53.
 */
export function divideRounded(numerator: bigint, denominator: bigint, rounding: Rounding): number {
  if (rounding !== 'half-up' || numerator < 0n || denominator <= 0n) throw new RangeError('Unsupported division');
  const result = Number((numerator * 2n + denominator) / (denominator * 2n));
  if (!Number.isSafeInteger(result)) throw refuse('amount_out_of_range');
  return result;
}

/** The product of a unit amount and a quantity; refuses with `amount_out_of_range` instead of drifting. */
export function multiply(amountMinor: number, quantity: number): number {
  const result = amountMinor * quantity;
  if (!Number.isSafeInteger(result)) throw refuse('amount_out_of_range');
  return result;
}

/** The sum of amounts of one currency; refuses with `amount_out_of_range` beyond 2^53. */
export function sum(amountsMinor: readonly number[]): number {
  let total = 0;
  for (const amount of amountsMinor) total += amount;
  if (!Number.isSafeInteger(total)) throw refuse('amount_out_of_range');
  return total;
}

/** A wire amount from a column. */
export const money = (amount: number, currency: string): Money => ({ amount, currency });
