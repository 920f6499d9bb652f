/** Minor units in the currencies of the demo store: EUR with tax, USD without. */
export type DemoPrice = readonly [eur: number, usd: number];

/** A product of the demo store; every combination of its options becomes a variant. */
export interface DemoProduct {
  title: string;
  description: string;
  brand: string;
  /** Slug. */
  category: string;
  /** By code; see attributes.ts. */
  attributes: Readonly<Record<string, string | number | boolean | string[]>>;
  price: DemoPrice;
  options?: Readonly<Record<string, readonly string[]>>;
  /** What an option value adds to the price. */
  surcharges?: Readonly<Record<string, DemoPrice>>;
  /** Start of its SKUs, and its picture: pictures/<sku in lower case>.webp. */
  sku: string;
  /** Units of the first variant; each further one has three less, down to none. */
  stock: number;
  taxClass?: 'standard' | 'reduced';
}
