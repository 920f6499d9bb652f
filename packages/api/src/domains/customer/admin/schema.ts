import { z } from 'zod';
import { Money } from '../../../kit/money.ts';
import { PageInput } from '../../../kit/page.ts';
import { text, uuid } from '../../../kit/text.ts';
import { EmailAddress } from '../../auth/index.ts';
import { SavedAddress } from '../addresses/schema.ts';
import { Consent } from '../consents/schema.ts';
import { groupCode } from '../groups/schema.ts';
import { ProfileFields } from '../profile/schema.ts';

const CustomerStatus = z.enum(['active', 'disabled']);

const CustomerLine = z
  .object({
    id: z.uuid(),
    email: z.string(),
    emailVerified: z.boolean(),
    name: z.string().nullable(),
    phone: z.string().nullable(),
    status: CustomerStatus,
    groups: z.array(z.string()).describe('Codes of its groups'),
    createdAt: z.date(),
  })
  .meta({ id: 'CustomerLine' });

export const CustomerList = z
  .object({ items: z.array(CustomerLine), nextCursor: z.string().nullable() })
  .meta({ id: 'CustomerList' });
export type CustomerList = z.infer<typeof CustomerList>;

export const Customer = z
  .object({
    id: z.uuid(),
    email: z.string(),
    emailVerified: z.boolean(),
    name: z.string().nullable(),
    phone: z.string().nullable(),
    locale: z.string().nullable(),
    currency: z.string().nullable(),
    status: CustomerStatus,
    groups: z.array(z.object({ code: z.string(), name: z.string() })),
    addresses: z.array(SavedAddress),
    consents: z.array(Consent),
    orders: z
      .array(z.object({ count: z.int(), total: Money }))
      .describe('Placed and not cancelled, one entry a currency'),
    lastOrderAt: z.date().nullable(),
    version: z.int(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'Customer' });
export type Customer = z.infer<typeof Customer>;

const phoneEnd = z
  .string()
  .max(40)
  .regex(/^[0-9+ ()./-]+$/, 'A phone number, or the end of one')
  .refine((value) => digitsOf(value).length >= 4, 'At least 4 digits, leading zeros not counted');

/** The digits of a number as it was typed, without the zeros or the plus that stand for a country or a trunk. */
export const digitsOf = (phone: string): string => phone.replace(/\D/g, '').replace(/^0+/, '');

export const ListCustomersInput = z.strictObject({
  ...PageInput,
  email: text(254).toLowerCase().optional().describe('The beginning of the address'),
  name: text(200).optional().describe('Each word begins a word of the name; case and accents do not matter'),
  phone: phoneEnd.optional().describe('The number or its last digits, at least 4'),
  group: groupCode.optional(),
  status: CustomerStatus.optional(),
  createdFrom: z.date().optional(),
  createdBefore: z.date().optional(),
});
export type ListCustomersInput = z.infer<typeof ListCustomersInput>;

export const CustomerIdInput = z.strictObject({ customerId: uuid });

const { version, ...fields } = ProfileFields;

export const CreateCustomerInput = z.strictObject({
  email: EmailAddress,
  ...fields,
  groups: z.array(groupCode).max(20).optional(),
});
export type CreateCustomerInput = z.infer<typeof CreateCustomerInput>;

export const UpdateCustomerInput = z.strictObject({ customerId: uuid, ...fields, version });
export type UpdateCustomerInput = z.infer<typeof UpdateCustomerInput>;
