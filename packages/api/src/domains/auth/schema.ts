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

/** How a session is handed over: in the answer, or in cookies of the browser. */
export const SessionMode = z
  .enum(['bearer', 'cookie'])
  .describe('`cookie`: the tokens come as cookies that no script can read, and the answer has a `csrfToken` instead.');
export type SessionMode = z.infer<typeof SessionMode>;

export const LoginInput = z.strictObject({
  email: EmailAddress,
  password: z.string().min(1).max(128),
  session: SessionMode.optional(),
});
export type LoginInput = z.infer<typeof LoginInput>;

const refreshToken = z.string().min(1).max(500);
export const RefreshInput = z.strictObject({
  refreshToken: refreshToken.optional().describe('The one in the cookie of the browser unless given.'),
});
export type RefreshInput = z.infer<typeof RefreshInput>;

export const LogoutInput = z.strictObject({ refreshToken: refreshToken.optional() }).optional();
export type LogoutInput = z.infer<typeof LogoutInput>;

export const RevokeSessionInput = z.strictObject({
  sessionId: z.string().regex(/^[0-9a-f]{64}$/, 'The id of a session'),
});
export type RevokeSessionInput = z.infer<typeof RevokeSessionInput>;

/** An answer that says nothing, not even whether the address was known. */
export const Accepted = z.object({}).meta({ id: 'Accepted' });

export const User = z
  .object({
    id: z.uuid(),
    email: z.string(),
    emailVerified: z.boolean().describe('Whether its owner has proven to read mail to the address.'),
    name: z.string().nullable(),
    roles: z.array(z.string()).describe('`customer`, and the staff roles of the account.'),
    createdAt: z.date(),
  })
  .meta({ id: 'User' });
export type User = z.infer<typeof User>;

export const LoginResult = z
  .object({
    user: User,
    accessToken: z.string().nullable().describe('Send it as `Authorization: Bearer …`. Null when it is in a cookie.'),
    refreshToken: z
      .string()
      .nullable()
      .describe('Spend it once, at the refresh, for the next pair of tokens. Null when it is in a cookie.'),
    expiresIn: z.int().describe('Seconds until the access token expires.'),
    csrfToken: z
      .string()
      .optional()
      .describe('With cookies: send it as `X-CSRF-Token` with every request that changes something.'),
  })
  .meta({ id: 'LoginResult' });
export type LoginResult = z.infer<typeof LoginResult>;

export const OwnSession = z
  .object({
    id: z.string().describe('Names the session, and opens nothing.'),
    device: z.string().nullable().describe('What the browser or program calls itself.'),
    address: z.string().nullable().describe('Where it was logged in.'),
    amr: z.array(z.string()).describe('How: `pwd`, `otp`, `hwk`, `fed`, … (RFC 8176).'),
    createdAt: z.date(),
    lastUsedAt: z.date().describe('When its tokens were last renewed.'),
    current: z.boolean().describe('The session that asks.'),
  })
  .meta({ id: 'OwnSession' });
export type OwnSession = z.infer<typeof OwnSession>;

export const OwnSessions = z.object({ items: z.array(OwnSession) }).meta({ id: 'OwnSessions' });

export const RotateSigningKeysInput = z
  .strictObject({
    emergency: z.boolean().optional().describe('The old keys, and every access token, are worth nothing from now on.'),
    endSessions: z.boolean().optional().describe('Everybody has to log in again.'),
  })
  .default({});
export type RotateSigningKeysInput = z.infer<typeof RotateSigningKeysInput>;

export const RotatedSigningKeys = z
  .object({ kid: z.string().describe('The new key.'), sessionsEnded: z.int() })
  .meta({ id: 'RotatedSigningKeys' });

export const SigningKey = z
  .object({
    kid: z.string(),
    state: z
      .enum(['next', 'signing', 'verifying', 'retired', 'revoked'])
      .describe('`next` signs in a moment; `verifying` signs no more, but its tokens are good until they expire.'),
    createdAt: z.date(),
    retiredAt: z.date().nullable(),
    revokedAt: z.date().nullable(),
  })
  .meta({ id: 'SigningKey' });
export type SigningKey = z.infer<typeof SigningKey>;

export const SigningKeys = z.object({ items: z.array(SigningKey) }).meta({ id: 'SigningKeys' });
