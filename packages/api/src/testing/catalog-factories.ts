import type { Runtime } from '../context.ts';
import type { AdminProduct, NewVariant } from '../domains/catalog/admin-schema.ts';
import { createProduct, setUpStore } from '../domains/catalog/index.ts';
import { makeCtx } from './index.ts';

/** A shop in Germany: EUR with tax, USD without, two tax classes, one location `main`. No tax rates, no shipping. */
export async function seedStore(runtime: Runtime): Promise<void> {
  await setUpStore(makeCtx(runtime), {
    name: 'Test store',
    country: 'DE',
    currencies: [
      { code: 'EUR', pricesIncludeTax: true },
      { code: 'USD', pricesIncludeTax: false },
    ],
    taxClasses: [
      { code: 'standard', name: 'Standard' },
      { code: 'reduced', name: 'Reduced' },
    ],
    locations: [{ code: 'main', name: 'Main warehouse' }],
  });
}

export interface TestProductOptions {
  title?: string;
  slug?: string;
  description?: string;
  brand?: string | null;
  status?: 'draft' | 'active' | 'archived';
  taxClass?: string;
  categories?: string[];
  attributes?: Record<string, string | number | boolean | string[]>;
  showUnpriced?: boolean;
  images?: { url?: string; mediaId?: string }[];
  /** Of the one variant, unless `variants` are given; 1990 EUR and 2190 USD unless said. */
  sku?: string;
  prices?: { amount: number; currency: string }[];
  stock?: number;
  variants?: NewVariant[];
}

let made = 0;

/** An active product that can be bought, with ten units of its one variant; through the services, as staff would. */
export async function createTestProduct(runtime: Runtime, options: TestProductOptions = {}): Promise<AdminProduct> {
  made += 1;
  const { sku = `TEST-${made}`, prices, stock = 10, variants, ...product } = options;
  const own = prices ?? [
    { amount: 1990, currency: 'EUR' },
    { amount: 2190, currency: 'USD' },
  ];
  return createProduct(makeCtx(runtime), {
    title: `Test product ${made}`,
    status: 'active',
    taxClass: 'standard',
    ...product,
    variants: variants ?? [{ sku, prices: own, stock }],
  });
}
