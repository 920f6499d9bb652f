import { z } from 'zod';
import { text } from '../../kit/text.ts';

/** Trimmed and lower-cased: one address, one account. */
export const EmailAddress = z.string().trim().toLowerCase().max(254).check(z.email('An email address'));

const wellFormed = (value: string) => value.isWellFormed();

/** 8 to 128 characters of any kind. */
export const NewPassword = z.string().min(8).max(128).refine(wellFormed, 'Not valid Unicode');

export const RegisterInput = z.strictObject({
  email: EmailAddress,
  password: NewPassword,
  name: text(200).optional(),
});
export type RegisterInput = z.infer<typeof RegisterInput>;

export const LoginInput = z.strictObject({ email: EmailAddress, password: z.string().min(1).max(128) });
export type LoginInput = z.infer<typeof LoginInput>;

const refreshToken = z.string().min(1).max(500);
export const RefreshInput = z.strictObject({ refreshToken });
export type RefreshInput = z.infer<typeof RefreshInput>;

export const LogoutInput = z.strictObject({ refreshToken: refreshToken.optional() }).optional();
export type LogoutInput = z.infer<typeof LogoutInput>;

export const NoInput = z.strictObject({}).optional();

/** An answer that says nothing, not even whether the address was known. */
export const Accepted = z.object({}).meta({ id: 'Accepted' });

export const User = z
  .object({
    id: z.uuid(),
    email: z.string(),
    name: z.string().nullable(),
    roles: z.array(z.string()).describe('`customer`, and the staff roles of the account.'),
    createdAt: z.date(),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof User>;

export const LoginResult = z
  .object({
    user: User,
    accessToken: z.string().describe('Send it as `Authorization: Bearer …`.'),
    refreshToken: z.string().describe('Spend it once, at the refresh, for the next pair of tokens.'),
    expiresIn: z.int().describe('Seconds until the access token expires.'),
  })
  .meta({ id: 'LoginResult' });
export type LoginResult = z.infer<typeof LoginResult>;
