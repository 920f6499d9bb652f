import { z } from 'zod';

/** What one level may hold: far below the column's limit, so that sums over levels stay exact. */
export const MAX_ON_HAND = 1_000_000_000;

export const SetStockInput = z.strictObject({
  variantId: z.uuid(),
  onHand: z.int().min(0).max(MAX_ON_HAND).describe('Every unit in the building, those promised to orders included'),
  locationId: z.uuid().optional().describe('The most preferred location unless said'),
});
export type SetStockInput = z.infer<typeof SetStockInput>;

export const Stock = z
  .object({
    onHand: z.int(),
    reserved: z.int().describe('Promised to orders and not shipped'),
    available: z.int().describe('Units that can still be bought'),
  })
  .meta({ id: 'Stock' });
export type Stock = z.infer<typeof Stock>;
