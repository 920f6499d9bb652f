import type { Runtime } from '../context.ts';
import { createProduct } from '../domains/catalog/index.ts';
import { makeCtx } from './index.ts';

let made = 0;

/** An active bundle of one variant, made of units of others. */
export async function bundleOf(
  runtime: Runtime,
  components: { variantId: string; quantity: number }[],
  amount = 2990,
): Promise<{ productId: string; variantId: string; sku: string; slug: string }> {
  made += 1;
  const sku = `BUNDLE-${made}`;
  const { id, slug, variants } = await createProduct(makeCtx(runtime), {
    kind: 'bundle',
    title: `Bundle ${made}`,
    status: 'active',
    taxClass: 'standard',
    variants: [{ sku, prices: [{ amount, currency: 'EUR' }], components }],
  });
  return { productId: id, variantId: variants[0]?.id ?? '', sku, slug };
}

/** An active digital product, whose stock is not tracked. */
export async function digitalProduct(
  runtime: Runtime,
  amount = 990,
): Promise<{ productId: string; variantId: string; slug: string }> {
  made += 1;
  const { id, slug, variants } = await createProduct(makeCtx(runtime), {
    kind: 'digital',
    title: `E-book ${made}`,
    status: 'active',
    taxClass: 'standard',
    variants: [{ sku: `EBOOK-${made}`, prices: [{ amount, currency: 'EUR' }] }],
  });
  return { productId: id, variantId: variants[0]?.id ?? '', slug };
}
