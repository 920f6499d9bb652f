import { z } from 'zod';
import { text, uuid } from '../../kit/text.ts';
import { SessionMode } from '../auth/index.ts';

export { LoginResult } from '../auth/index.ts';

const base64url = (max: number) =>
  z
    .string()
    .min(1)
    .max(max)
    .regex(/^[A-Za-z0-9_-]+$/, 'base64url without padding');

/** At most 1,023 bytes (WebAuthn § 4). */
const credentialId = base64url(1364);

const TotpCode = z
  .string()
  .max(20)
  .overwrite((code) => code.replace(/\s/g, ''))
  .regex(/^\d{6}$/, 'Six digits');

const RecoveryCode = z
  .string()
  .max(40)
  .overwrite((code) => code.toLowerCase().replace(/[\s-]/g, ''))
  .regex(/^[a-z2-7]{16}$/, 'Sixteen letters and digits');

// Browsers add members now and then: what we do not know is left out, not refused.
export const PasskeyRegistration = z
  .object({
    id: credentialId,
    rawId: credentialId,
    type: z.literal('public-key'),
    response: z.object({
      clientDataJSON: base64url(4_000),
      attestationObject: base64url(20_000),
      transports: z
        .array(z.string().regex(/^[a-z-]{1,30}$/))
        .max(10)
        .optional(),
    }),
  })
  .meta({ id: 'PasskeyRegistration', description: '`PublicKeyCredential.toJSON()` of what was created.' });
export type PasskeyRegistration = z.infer<typeof PasskeyRegistration>;

export const PasskeyAssertion = z
  .object({
    id: credentialId,
    rawId: credentialId,
    type: z.literal('public-key'),
    response: z.object({
      clientDataJSON: base64url(4_000),
      authenticatorData: base64url(4_000),
      signature: base64url(4_000),
      userHandle: base64url(100).optional(),
    }),
  })
  .meta({ id: 'PasskeyAssertion', description: '`PublicKeyCredential.toJSON()` of what was got.' });
export type PasskeyAssertion = z.infer<typeof PasskeyAssertion>;

const CredentialDescriptor = z.object({
  type: z.literal('public-key'),
  id: z.string(),
  transports: z.array(z.string()),
});

export const PasskeyCreationOptions = z
  .object({
    rp: z.object({ id: z.string(), name: z.string() }),
    user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
    challenge: z.string(),
    pubKeyCredParams: z.array(z.object({ type: z.literal('public-key'), alg: z.int() })),
    timeout: z.int(),
    excludeCredentials: z.array(CredentialDescriptor),
    authenticatorSelection: z.object({
      residentKey: z.literal('required'),
      requireResidentKey: z.literal(true),
      userVerification: z.literal('required'),
    }),
    attestation: z.literal('none'),
  })
  .meta({ id: 'PasskeyCreationOptions', description: 'For `PublicKeyCredential.parseCreationOptionsFromJSON()`.' });
export type PasskeyCreationOptions = z.infer<typeof PasskeyCreationOptions>;

export const PasskeyRequestOptions = z
  .object({
    challenge: z.string(),
    rpId: z.string(),
    timeout: z.int(),
    allowCredentials: z.array(CredentialDescriptor),
    userVerification: z.literal('required'),
  })
  .meta({ id: 'PasskeyRequestOptions', description: 'For `PublicKeyCredential.parseRequestOptionsFromJSON()`.' });
export type PasskeyRequestOptions = z.infer<typeof PasskeyRequestOptions>;

/** The ways to prove a second factor, of which one is given. */
const proofs = {
  code: TotpCode.optional().describe('What the authenticator app shows.'),
  recoveryCode: RecoveryCode.optional().describe('Opens once.'),
  passkey: PasskeyAssertion.optional(),
};
const isOneGiven = (input: Record<string, unknown>, names: readonly string[]): boolean =>
  names.filter((name) => input[name] !== undefined).length === 1;

export interface FactorProof {
  code?: string | undefined;
  recoveryCode?: string | undefined;
  passkey?: PasskeyAssertion | undefined;
}

const challenge = z.string().min(1).max(2_000).describe('From the details of `second_factor_required`.');

export const CompleteLoginInput = z
  .strictObject({ challenge, session: SessionMode.optional(), ...proofs })
  .refine((input) => isOneGiven(input, Object.keys(proofs)), 'Give one of code, recoveryCode and passkey');
export type CompleteLoginInput = z.infer<typeof CompleteLoginInput>;

export const LoginOptionsInput = z.strictObject({ challenge });
export type LoginOptionsInput = z.infer<typeof LoginOptionsInput>;

export const PasskeyLoginInput = z.strictObject({ passkey: PasskeyAssertion, session: SessionMode.optional() });
export type PasskeyLoginInput = z.infer<typeof PasskeyLoginInput>;

export const StepUpInput = z
  .strictObject({
    password: z
      .string()
      .min(1)
      .max(128)
      .optional()
      .describe('Only where the account has no second factor; one that has must prove it.'),
    ...proofs,
  })
  .refine(
    (input) => isOneGiven(input, ['password', ...Object.keys(proofs)]),
    'Give one of password, code, recoveryCode and passkey',
  );
export type StepUpInput = z.infer<typeof StepUpInput>;

export const StepUpResult = z
  .object({
    accessToken: z
      .string()
      .nullable()
      .describe(
        'Says that its owner has just proven who they are; null when it is in a cookie. The refresh token stays.',
      ),
    expiresIn: z.int().describe('Seconds until it expires.'),
  })
  .meta({ id: 'StepUpResult' });
export type StepUpResult = z.infer<typeof StepUpResult>;

export const NoInput = z.strictObject({}).optional();

/** An answer that says nothing. */
export const Done = z.void();

export const ConfirmTotpInput = z.strictObject({ code: TotpCode });
export type ConfirmTotpInput = z.infer<typeof ConfirmTotpInput>;

export const TotpEnrollment = z
  .object({
    secret: z.string().describe('Base32, to be typed. It is shown this once.'),
    uri: z.string().describe('`otpauth://…`, to be shown as a QR code.'),
  })
  .meta({ id: 'TotpEnrollment' });
export type TotpEnrollment = z.infer<typeof TotpEnrollment>;

export const RecoveryCodes = z
  .object({ recoveryCodes: z.array(z.string()).describe('Each opens once; they are shown this once.') })
  .meta({ id: 'RecoveryCodes' });
export type RecoveryCodes = z.infer<typeof RecoveryCodes>;

const newRecoveryCodes = z
  .array(z.string())
  .nullable()
  .describe('Ten, shown this once, when the account had none left; null when it keeps those it has.');

export const AddedFactor = z.object({ recoveryCodes: newRecoveryCodes }).meta({ id: 'AddedFactor' });
export type AddedFactor = z.infer<typeof AddedFactor>;

export const Passkey = z
  .object({
    id: z.uuid(),
    name: z.string(),
    backedUp: z.boolean().describe('Whether it is kept by more than the device that made it.'),
    createdAt: z.date(),
    lastUsedAt: z.date().nullable(),
  })
  .meta({ id: 'Passkey' });
export type Passkey = z.infer<typeof Passkey>;

export const RegisterPasskeyInput = z.strictObject({ name: text(100), passkey: PasskeyRegistration });
export type RegisterPasskeyInput = z.infer<typeof RegisterPasskeyInput>;

export const RegisteredPasskey = z
  .object({ passkey: Passkey, recoveryCodes: newRecoveryCodes })
  .meta({ id: 'RegisteredPasskey' });
export type RegisteredPasskey = z.infer<typeof RegisteredPasskey>;

export const PasskeyInput = z.strictObject({ passkeyId: uuid });
export const RenamePasskeyInput = z.strictObject({ passkeyId: uuid, name: text(100) });
export type RenamePasskeyInput = z.infer<typeof RenamePasskeyInput>;

export const SecondFactors = z
  .object({
    required: z.boolean().describe('Whether the account must have one, being staff.'),
    totp: z.object({ confirmedAt: z.date() }).nullable(),
    passkeys: z.array(Passkey),
    recoveryCodesLeft: z.int(),
  })
  .meta({ id: 'SecondFactors' });
export type SecondFactors = z.infer<typeof SecondFactors>;

export const ResetFactorsInput = z.strictObject({ userId: uuid });
