import { z } from 'zod';

/** What one unit of a bundle is made of. */
export const BundleComponent = z
  .object({
    variantId: z.uuid(),
    sku: z.string(),
    title: z.string(),
    options: z.record(z.string(), z.string()),
    quantity: z.int().describe('Units of it in one unit of the bundle'),
  })
  .meta({ id: 'BundleComponent' });
