import { z } from 'zod';
import { Money } from '../../kit/money.ts';
import { countryCode, uuid } from '../../kit/text.ts';

export const ShippingMethodsInput = z.strictObject({ cartId: uuid, country: countryCode });
export type ShippingMethodsInput = z.infer<typeof ShippingMethodsInput>;

const ShippingMethod = z
  .object({ id: z.uuid(), code: z.string(), name: z.string(), price: Money })
  .meta({ id: 'ShippingMethod' });

export const ShippingMethodList = z.object({ items: z.array(ShippingMethod) }).meta({ id: 'ShippingMethodList' });
export type ShippingMethodList = z.infer<typeof ShippingMethodList>;
