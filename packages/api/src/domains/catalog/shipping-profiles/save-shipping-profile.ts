import { shippingProfiles } from '@cartwright/db';
import type { Ctx } from '../../../context.ts';
import { audit } from '../../../kit/audit.ts';
import { inTransaction } from '../../../kit/transaction.ts';
import type { SaveShippingProfileInput, ShippingProfile } from './schema.ts';

/** Adds a shipping profile, or renames the one of the code. */
export function saveShippingProfile(ctx: Ctx, input: SaveShippingProfileInput): Promise<ShippingProfile> {
  return inTransaction(ctx, async (txCtx) => {
    await shippingProfiles.saveShippingProfile(txCtx.tx, input);
    const target = `shipping-profile:${input.code}`;
    await audit(txCtx, { action: 'shipping_profile.saved', target, detail: { name: input.name } });
    return input;
  });
}

/** Every shipping profile there is, at most a thousand. */
export async function listShippingProfiles(ctx: Ctx): Promise<{ items: ShippingProfile[] }> {
  return { items: await shippingProfiles.listShippingProfiles(ctx.db) };
}
