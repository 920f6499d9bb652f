import { z } from 'zod';
import { uuid } from '../../kit/text.ts';
import { EmailAddress, SessionMode } from '../auth/index.ts';

export { Accepted, LoginResult } from '../auth/index.ts';

export const NoInput = z.strictObject({}).optional();

/** An answer that says nothing. */
export const Done = z.object({}).meta({ id: 'Done' });

export const ProviderList = z
  .object({
    items: z.array(
      z.object({
        name: z.string(),
        url: z.string().describe('Send the browser there; see the guide on identity for what can be added.'),
      }),
    ),
  })
  .meta({ id: 'IdentityProviderList' });
export type ProviderList = z.infer<typeof ProviderList>;

export const Identity = z
  .object({
    id: z.uuid(),
    provider: z.string().nullable().describe('Its name; null when the store no longer offers it.'),
    email: z.string().nullable().describe('The address at the provider when it was linked.'),
    createdAt: z.date(),
    lastUsedAt: z.date().nullable().describe('When it last opened a session.'),
  })
  .meta({ id: 'Identity' });
export type Identity = z.infer<typeof Identity>;

export const IdentityList = z.object({ items: z.array(Identity) }).meta({ id: 'IdentityList' });
export type IdentityList = z.infer<typeof IdentityList>;

export const BeginLinkInput = z.strictObject({
  provider: z.string().min(1).max(50),
  returnTo: z
    .string()
    .max(500)
    .optional()
    .describe('A page of the store. The browser is sent there at the end, with `#linkProof=…` or `#error=…`.'),
});
export type BeginLinkInput = z.infer<typeof BeginLinkInput>;

export const LinkStart = z
  .object({ url: z.string().describe('Send the browser there within five minutes.') })
  .meta({ id: 'IdentityLinkStart' });
export type LinkStart = z.infer<typeof LinkStart>;

export const LinkInput = z.strictObject({
  linkProof: z.string().min(1).max(4000).describe('What the provider answered was turned into this.'),
});
export type LinkInput = z.infer<typeof LinkInput>;

const signUp = z.string().min(1).max(4000).describe('From `details` of `email_not_verified`.');

export const SignUpCodeInput = z.strictObject({ signUp, email: EmailAddress });
export type SignUpCodeInput = z.infer<typeof SignUpCodeInput>;

export const SignUpInput = z.strictObject({
  signUp,
  email: EmailAddress,
  code: z.string().regex(/^\d{8}$/, 'Eight digits'),
  session: SessionMode.optional(),
});
export type SignUpInput = z.infer<typeof SignUpInput>;

export const UnlinkInput = z.strictObject({ identityId: uuid });
export type UnlinkInput = z.infer<typeof UnlinkInput>;
