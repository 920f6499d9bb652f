import { z } from 'zod';
import { text } from '../../../kit/text.ts';

export const ShippingProfile = z.object({ code: z.string(), name: z.string() }).meta({ id: 'ShippingProfile' });
export type ShippingProfile = z.infer<typeof ShippingProfile>;

export const ShippingProfileList = z.object({ items: z.array(ShippingProfile) });

export const SaveShippingProfileInput = z.strictObject({
  code: z.string().regex(/^[a-z][a-z0-9-]{0,49}$/, 'Lower-case letters, digits and hyphens'),
  name: text(200),
});
export type SaveShippingProfileInput = z.infer<typeof SaveShippingProfileInput>;
