import { divideRounded, PPM, sum } from '../../kit/money.ts';

/** An amount split into what the shop keeps and what the state gets; `net + tax = gross` exactly. */
export interface TaxedAmount {
  netMinor: number;
  taxMinor: number;
  grossMinor: number;
}

/**
 * Splits an amount in minor units at a rate in parts per million, rounding once, half up. Refuses with
 * `amount_out_of_range` beyond 2^53.
 * Where prices include tax the amount is the gross and tax = gross × r ÷ (1 + r); otherwise it is the net.
 */
export function computeTax(amountMinor: number, ratePpm: number, pricesIncludeTax: boolean): TaxedAmount {
  const amount = BigInt(amountMinor);
  const rate = BigInt(ratePpm);
  if (pricesIncludeTax) {
    const taxMinor = divideRounded(amount * rate, PPM + rate, 'half-up');
    return { netMinor: amountMinor - taxMinor, taxMinor, grossMinor: amountMinor };
  }
  const taxMinor = divideRounded(amount * rate, PPM, 'half-up');
  return { netMinor: amountMinor, taxMinor, grossMinor: sum([amountMinor, taxMinor]) };
}
