import { shipping, transaction } from '@cartwright/db';
import type { Ctx } from '../context.ts';
import { createCart } from '../domains/cart/create-cart.ts';
import type { Cart } from '../domains/cart/schema.ts';
import type { PlaceOrderInput } from '../domains/checkout/schema.ts';
import { createTestProduct, seedStore } from './catalog-factories.ts';
import { administrator, makeCtx, type TestRuntime } from './index.ts';

const STAFF_ID = '00000000-0000-7000-8000-0000000000aa';

export const ADDRESS = {
  firstName: 'Ada',
  lastName: 'Lovelace',
  line1: 'Musterstraße 1',
  city: 'Berlin',
  postalCode: '10115',
  country: 'DE',
};

export interface Shop {
  /** Flat 4.90 EUR, free from 50.00 EUR; flat 10.00 USD. */
  standardShippingId: string;
  /** Only to Germany, 9.90 EUR. */
  expressShippingId: string;
}

/** A German store: EUR with 19 % and 7 % tax included, USD without tax, one location, two ways to ship. */
export async function openShop(runtime: TestRuntime): Promise<Shop> {
  const at = runtime.clock.now();
  const uuid = () => runtime.ids.uuid(at);
  const shop = { standardShippingId: uuid(), expressShippingId: uuid() };
  await seedStore(runtime);
  await transaction(runtime.db, async (tx) => {
    await shipping.saveTaxRate(tx, { country: 'DE', taxClass: 'standard', name: 'USt', ratePpm: 190_000 });
    await shipping.saveTaxRate(tx, { country: 'DE', taxClass: 'reduced', name: 'USt', ratePpm: 70_000 });
    await shipping.saveTaxRate(tx, { country: 'US', taxClass: 'standard', name: 'Sales tax', ratePpm: 88_750 });
    await shipping.insertShippingMethod(tx, {
      id: shop.standardShippingId,
      code: 'standard',
      name: 'Standard',
      countries: [],
      taxClass: 'standard',
      position: 1,
      prices: [
        { currency: 'EUR', priceMinor: 490, freeFromMinor: 5000 },
        { currency: 'USD', priceMinor: 1000, freeFromMinor: null },
      ],
    });
    await shipping.insertShippingMethod(tx, {
      id: shop.expressShippingId,
      code: 'express',
      name: 'Express',
      countries: ['DE'],
      taxClass: 'standard',
      position: 2,
      prices: [{ currency: 'EUR', priceMinor: 990, freeFromMinor: null }],
    });
  });
  return shop;
}

export function staffCtx(runtime: TestRuntime): Ctx {
  return makeCtx(runtime, { actor: administrator(STAFF_ID) });
}

/** An active product with one variant. Prices in minor units. */
export async function stockProduct(
  runtime: TestRuntime,
  options: { eur?: number; usd?: number; stock?: number; taxClass?: string } = {},
): Promise<{ productId: string; variantId: string; sku: string }> {
  const { eur = 1190, usd, stock = 10, taxClass = 'standard' } = options;
  const prices = [{ amount: eur, currency: 'EUR' }, ...(usd === undefined ? [] : [{ amount: usd, currency: 'USD' }])];
  const product = await createTestProduct(runtime, { prices, stock, taxClass });
  const [variant] = product.variants;
  if (!variant) throw new Error('The product has no variant');
  return { productId: product.id, variantId: variant.id, sku: variant.sku };
}

/** A guest's cart and the context that holds its token. */
export async function guestCart(
  runtime: TestRuntime,
  items: { variantId: string; quantity: number }[],
  currency = 'EUR',
): Promise<{ cart: Cart; ctx: Ctx }> {
  const cart = await createCart(makeCtx(runtime), { currency, items });
  if (cart.token === null) throw new Error('A guest cart has a token');
  return { cart, ctx: makeCtx(runtime, { cartToken: cart.token }) };
}

/** A whole checkout request, German unless changed. */
export function checkoutInput(
  shop: Shop,
  cart: Pick<Cart, 'id'>,
  change: Partial<PlaceOrderInput> = {},
): PlaceOrderInput & { shippingAddress: typeof ADDRESS } {
  return {
    cartId: cart.id,
    email: 'ada@example.com',
    shippingAddress: ADDRESS,
    shippingMethodId: shop.standardShippingId,
    payment: { provider: 'manual' },
    ...change,
  };
}
