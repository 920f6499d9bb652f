import { multiply, sum } from '../../kit/money.ts';
import { computeTax } from '../tax/index.ts';

/** A line to be counted. Amounts in minor units of one currency, rates in parts per million. */
export interface TotalsLine {
  unitPriceMinor: number;
  quantity: number;
  taxRatePpm: number;
}

export interface TotalsInput {
  lines: readonly TotalsLine[];
  shipping: { priceMinor: number; taxRatePpm: number } | null;
  pricesIncludeTax: boolean;
}

export interface LineTotals {
  subtotalMinor: number;
  taxMinor: number;
  /** With tax. */
  totalMinor: number;
}

export interface ComputedTotals {
  lines: LineTotals[];
  subtotalMinor: number;
  discountMinor: number;
  shippingMinor: number;
  shippingTaxMinor: number;
  /** Of lines and shipping together. */
  taxMinor: number;
  totalMinor: number;
}

/**
 * Every total of a cart or an order, from prices and rates alone. Tax is rounded half up once a line and once
 * for shipping, so the parts always sum to the whole. Refuses with `amount_out_of_range` beyond 2^53.
 */
export function computeTotals(input: TotalsInput): ComputedTotals {
  const { pricesIncludeTax } = input;
  const lines = input.lines.map((line) => {
    const subtotalMinor = multiply(line.unitPriceMinor, line.quantity);
    const { taxMinor, grossMinor } = computeTax(subtotalMinor, line.taxRatePpm, pricesIncludeTax);
    return { subtotalMinor, taxMinor, totalMinor: grossMinor };
  });
  const shippingMinor = input.shipping?.priceMinor ?? 0;
  const shippingTaxMinor = computeTax(shippingMinor, input.shipping?.taxRatePpm ?? 0, pricesIncludeTax).taxMinor;
  const subtotalMinor = sum(lines.map((line) => line.subtotalMinor));
  const taxMinor = sum([...lines.map((line) => line.taxMinor), shippingTaxMinor]);
  const totalMinor = sum([subtotalMinor, shippingMinor, pricesIncludeTax ? 0 : taxMinor]);
  return { lines, subtotalMinor, discountMinor: 0, shippingMinor, shippingTaxMinor, taxMinor, totalMinor };
}
