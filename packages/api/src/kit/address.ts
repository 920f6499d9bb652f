import { z } from 'zod';
import { countryCode, text } from './text.ts';

/** A postal address as a shopper writes it; nothing is required that some country does not have. */
export const Address = z
  .strictObject({
    firstName: text(100),
    lastName: text(100),
    company: text(100).optional(),
    line1: text(200),
    line2: text(200).optional(),
    city: text(100),
    region: text(100).optional(),
    postalCode: text(20),
    country: countryCode,
    phone: text(40).optional(),
  })
  .meta({ id: 'Address' });
export type Address = z.infer<typeof Address>;
