/** Percent: [country, standard, reduced]. */
type VatRates = readonly [country: string, standard: number, reduced: number];

/**
 * EU VAT rates as of 2025-09-01, as the European Commission lists them ("VAT rules and rates", Your Europe).
 * Reduced is the country's lowest rate of at least 5 %; Denmark has none, so its standard rate stands in.
 * A demo's data: whoever sells for real checks the rates of what they sell.
 */
const euVatRates: readonly VatRates[] = [
  ['AT', 20, 10],
  ['BE', 21, 6],
  ['BG', 20, 9],
  ['CY', 19, 5],
  ['CZ', 21, 12],
  ['DE', 19, 7],
  ['DK', 25, 25],
  ['EE', 24, 9],
  ['ES', 21, 10],
  ['FI', 25.5, 10],
  ['FR', 20, 5.5],
  ['GR', 24, 6],
  ['HR', 25, 5],
  ['HU', 27, 5],
  ['IE', 23, 9],
  ['IT', 22, 5],
  ['LT', 21, 5],
  ['LU', 17, 8],
  ['LV', 21, 5],
  ['MT', 18, 5],
  ['NL', 21, 9],
  ['PL', 23, 5],
  ['PT', 23, 6],
  ['RO', 21, 11],
  ['SE', 25, 6],
  ['SI', 22, 5],
  ['SK', 23, 5],
];

const ppm = (percent: number): number => Math.round(percent * 10_000);

/** A rate for every EU country and tax class; the United States are listed at nothing until sales tax is there. */
export const demoTaxRates: readonly { country: string; taxClass: string; name: string; ratePpm: number }[] = [
  ...euVatRates.flatMap(([country, standard, reduced]) => [
    { country, taxClass: 'standard', name: `VAT ${standard} %`, ratePpm: ppm(standard) },
    { country, taxClass: 'reduced', name: `VAT ${reduced} %`, ratePpm: ppm(reduced) },
  ]),
  { country: 'US', taxClass: 'standard', name: 'No sales tax', ratePpm: 0 },
  { country: 'US', taxClass: 'reduced', name: 'No sales tax', ratePpm: 0 },
];
