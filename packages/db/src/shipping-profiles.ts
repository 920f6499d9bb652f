import { sqlOf } from './handle.ts';
import type { Reader, Tx } from './types.ts';

/** How a kind of goods is shipped: letters, parcels, pallets. */
export interface ShippingProfile {
  code: string;
  name: string;
}

export async function listShippingProfiles(reader: Reader): Promise<ShippingProfile[]> {
  return sqlOf(reader).selectFrom('shippingProfiles').select(['code', 'name']).orderBy('code').limit(1000).execute();
}

/** Adds a profile or renames it. */
export async function saveShippingProfile(tx: Tx, profile: ShippingProfile): Promise<void> {
  await sqlOf(tx)
    .insertInto('shippingProfiles')
    .values(profile)
    .onConflict((conflict) => conflict.column('code').doUpdateSet({ name: profile.name }))
    .execute();
}
