import { type Reader, shippingProfiles } from '@cartwright/db';
import { refuse } from '../errors.ts';

/** Throws `shipping_profile_unknown`. */
export async function assertShippingProfile(reader: Reader, shippingProfile: string): Promise<void> {
  const profiles = await shippingProfiles.listShippingProfiles(reader);
  if (!profiles.some(({ code }) => code === shippingProfile)) {
    throw refuse('shipping_profile_unknown', { details: { shippingProfile } });
  }
}
