/** Settings of the demo store; amounts in minor units. */
export const demoStore = {
  name: 'Cartwright Demo',
  country: 'DE',
  currencies: [
    { code: 'EUR', pricesIncludeTax: true },
    { code: 'USD', pricesIncludeTax: false },
  ],
  taxClasses: [
    { code: 'standard', name: 'Standard' },
    { code: 'reduced', name: 'Reduced' },
  ],
};

export const demoLocation = { code: 'main', name: 'Main warehouse', priority: 0 };

export const demoShippingMethods = [
  {
    code: 'standard',
    name: 'Standard',
    prices: [
      { currency: 'EUR', priceMinor: 490, freeFromMinor: 5_000 },
      { currency: 'USD', priceMinor: 590, freeFromMinor: 6_000 },
    ],
  },
  {
    code: 'express',
    name: 'Express',
    prices: [
      { currency: 'EUR', priceMinor: 1_290, freeFromMinor: null },
      { currency: 'USD', priceMinor: 1_490, freeFromMinor: null },
    ],
  },
];
