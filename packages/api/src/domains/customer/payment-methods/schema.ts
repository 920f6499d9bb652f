import { z } from 'zod';
import { text, uuid } from '../../../kit/text.ts';

/** Payment methods that an account can have. */
export const MAX_PAYMENT_METHODS = 20;

export const SavedPaymentMethod = z
  .object({
    id: z.uuid(),
    provider: z.enum(['stripe']),
    reference: z.string().describe('What the provider calls it: `payment.paymentMethodId` of a checkout'),
    type: z.string(),
    brand: z.string().nullable(),
    last4: z.string().nullable(),
    expires: z.object({ month: z.int(), year: z.int() }).nullable(),
    expired: z.boolean(),
    isDefault: z.boolean(),
    createdAt: z.date(),
  })
  .meta({ id: 'SavedPaymentMethod' });
export type SavedPaymentMethod = z.infer<typeof SavedPaymentMethod>;

export const SavedPaymentMethodList = z
  .object({ items: z.array(SavedPaymentMethod) })
  .meta({ id: 'SavedPaymentMethodList' });
export type SavedPaymentMethodList = z.infer<typeof SavedPaymentMethodList>;

export const AddPaymentMethodInput = z.strictObject({
  provider: z.enum(['stripe']),
  reference: text(200).describe('What the provider calls it, such as `pm_…`; never the number of a card'),
  makeDefault: z.boolean().optional(),
});
export type AddPaymentMethodInput = z.infer<typeof AddPaymentMethodInput>;

export const PaymentMethodIdInput = z.strictObject({ paymentMethodId: uuid });
