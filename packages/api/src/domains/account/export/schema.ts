import { z } from 'zod';
import { Address } from '../../../kit/address.ts';
import { Cart } from '../../cart/index.ts';
import { Order } from '../../order/index.ts';
import { OwnReview } from '../../review/index.ts';

/** All that is stored of a person, but for secrets and for copies of it. */
export const AccountExport = z
  .object({
    exportedAt: z.date(),
    account: z.object({
      id: z.uuid(),
      email: z.string(),
      emailVerifiedAt: z.date().nullable(),
      name: z.string().nullable(),
      phone: z.string().nullable(),
      locale: z.string().nullable(),
      currency: z.string().nullable(),
      status: z.string(),
      hasPassword: z.boolean(),
      roles: z.array(z.string()),
      createdAt: z.date(),
    }),
    addresses: z.array(
      z.object({
        id: z.uuid(),
        address: Address,
        isDefaultShipping: z.boolean(),
        isDefaultBilling: z.boolean(),
        createdAt: z.date(),
        updatedAt: z.date(),
      }),
    ),
    consents: z.array(
      z.object({
        channel: z.string(),
        action: z.string(),
        source: z.string(),
        textVersion: z.string().nullable(),
        at: z.date(),
      }),
    ),
    groups: z.array(z.object({ code: z.string(), name: z.string(), addedAt: z.date() })),
    paymentMethods: z.array(
      z.object({
        provider: z.string(),
        reference: z.string(),
        type: z.string(),
        brand: z.string().nullable(),
        last4: z.string().nullable(),
        expiresMonth: z.int().nullable(),
        expiresYear: z.int().nullable(),
        isDefault: z.boolean(),
        createdAt: z.date(),
      }),
    ),
    seenByStaff: z
      .array(z.object({ startedAt: z.date(), endedAt: z.date() }))
      .describe('When staff saw the store as this account'),
    sessions: z.array(
      z.object({
        userAgent: z.string().nullable(),
        address: z.string().nullable(),
        amr: z.array(z.string()),
        createdAt: z.date(),
        lastUsedAt: z.date(),
        expiresAt: z.date(),
      }),
    ),
    identities: z.array(
      z.object({
        provider: z.string(),
        subject: z.string(),
        email: z.string().nullable(),
        createdAt: z.date(),
        lastUsedAt: z.date().nullable(),
      }),
    ),
    authenticatorAppSince: z.date().nullable(),
    recoveryCodesLeft: z.int(),
    passkeys: z.array(
      z.object({
        name: z.string(),
        credentialId: z.string(),
        transports: z.array(z.string()),
        backedUp: z.boolean(),
        createdAt: z.date(),
        lastUsedAt: z.date().nullable(),
      }),
    ),
    links: z
      .array(
        z.object({
          purpose: z.string(),
          detail: z.record(z.string(), z.unknown()),
          createdAt: z.date(),
          expiresAt: z.date(),
          usedAt: z.date().nullable(),
        }),
      )
      .describe('What was mailed to be confirmed'),
    orders: z.array(Order).describe('Those of guests with the proven address, too'),
    carts: z.array(Cart).describe('Those that have become no order'),
    reviews: z.array(OwnReview).describe('Those that others do not see, too'),
    apiKeys: z.array(
      z.object({
        name: z.string(),
        prefix: z.string(),
        permissions: z.array(z.string()),
        createdAt: z.date(),
        expiresAt: z.date(),
        lastUsedAt: z.date().nullable(),
        revokedAt: z.date().nullable(),
      }),
    ),
    invitation: z
      .object({ email: z.string(), roles: z.array(z.string()), createdAt: z.date(), expiresAt: z.date() })
      .nullable(),
    audit: z
      .array(z.object({ action: z.string(), target: z.string(), at: z.date() }))
      .describe('What staff did to the account, and what it did as staff'),
  })
  .meta({ id: 'AccountExport' });
export type AccountExport = z.infer<typeof AccountExport>;
