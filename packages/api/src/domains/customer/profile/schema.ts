import { z } from 'zod';
import { currencyCode, text } from '../../../kit/text.ts';
import { channels } from '../consents/schema.ts';

const PHONE = /^\+?[0-9 ()./-]{4,40}$/;
const LOCALE = /^[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*$/;

/** A phone number as people write it, kept as its digits with or without a leading plus. */
export const phoneNumber = z
  .string()
  .max(40)
  .regex(PHONE, 'A phone number such as +49 170 1234567')
  .overwrite((value) => value.replace(/[^0-9+]/g, ''))
  .check(z.regex(/^\+?[0-9]{4,15}$/, '4 to 15 digits'));

/** A language tag of BCP 47, e.g. `de-AT`, in its canonical spelling. */
export const localeTag = z
  .string()
  .max(35)
  .regex(LOCALE, 'A BCP 47 tag such as de-AT')
  .refine((value) => canonicalLocale(value) !== undefined, 'A BCP 47 tag such as de-AT')
  .overwrite((value) => canonicalLocale(value) ?? value);

function canonicalLocale(tag: string): string | undefined {
  try {
    return Intl.getCanonicalLocales(tag)[0];
  } catch {
    return undefined;
  }
}

/** What the owner of an account, or staff, may write of it; null takes it away. */
export const ProfileFields = {
  name: text(200).nullable().optional(),
  phone: phoneNumber.nullable().optional(),
  locale: localeTag.nullable().optional(),
  currency: currencyCode.nullable().optional().describe('One of the store’s'),
  version: z.int().min(1).optional().describe('Refused with version_conflict when the profile has another one'),
};

export const UpdateProfileInput = z.strictObject(ProfileFields);
export type UpdateProfileInput = z.infer<typeof UpdateProfileInput>;

export const Profile = z
  .object({
    id: z.uuid(),
    email: z.string(),
    emailVerified: z.boolean(),
    name: z.string().nullable(),
    phone: z.string().nullable(),
    locale: z.string().nullable(),
    currency: z.string().nullable(),
    marketing: z.record(z.enum(channels), z.boolean()).describe('What the account agrees to now'),
    version: z.int(),
    createdAt: z.date(),
    updatedAt: z.date(),
  })
  .meta({ id: 'Profile' });
export type Profile = z.infer<typeof Profile>;
