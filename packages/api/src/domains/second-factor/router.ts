import type { RestRoute } from '../../trpc/meta.ts';
import { customerProcedure, permittedProcedure, publicProcedure, router } from '../../trpc/procedures.ts';
import { listFactors } from './list-factors.ts';
import { assertionOptions } from './passkeys/assertion-options.ts';
import { logInWithPasskey } from './passkeys/log-in-with-passkey.ts';
import { registerPasskey } from './passkeys/register-passkey.ts';
import { registrationOptions } from './passkeys/registration-options.ts';
import { removePasskey } from './passkeys/remove-passkey.ts';
import { renamePasskey } from './passkeys/rename-passkey.ts';
import { completeLogin } from './proof/complete-login.ts';
import { loginOptions } from './proof/login-options.ts';
import { stepUp } from './proof/step-up.ts';
import { stepUpOptions } from './proof/step-up-options.ts';
import { regenerateRecoveryCodes } from './recovery-codes/regenerate-recovery-codes.ts';
import { resetFactors } from './reset-factors.ts';
import {
  AddedFactor,
  CompleteLoginInput,
  ConfirmTotpInput,
  Done,
  LoginOptionsInput,
  LoginResult,
  NoInput,
  Passkey,
  PasskeyCreationOptions,
  PasskeyInput,
  PasskeyLoginInput,
  PasskeyRequestOptions,
  RecoveryCodes,
  RegisteredPasskey,
  RegisterPasskeyInput,
  RenamePasskeyInput,
  ResetFactorsInput,
  SecondFactors,
  StepUpInput,
  StepUpResult,
  TotpEnrollment,
} from './schema.ts';
import { beginTotp } from './totp/begin-totp.ts';
import { confirmTotp } from './totp/confirm-totp.ts';
import { removeTotp } from './totp/remove-totp.ts';

type Path = RestRoute['path'];

/** A change of identity: reached by this path, out of the allowance of log-ins, and nothing to the catalog. */
const route = (method: RestRoute['method'], path: Path, summary: string, successStatus: 200 | 201 | 204 = 200) =>
  ({
    rest: { method, path, summary, tags: ['Second factor'] as [string], successStatus },
    limit: 'auth',
    leavesCatalog: true,
  }) as const;

/** The same, for whoever is about to log in: a session that has expired is no obstacle. */
const sessionless = (...args: Parameters<typeof route>) => ({ ...route(...args), sessionless: true });

/** The same, for somebody who has proven lately who they are. */
const dangerous = (...args: Parameters<typeof route>) => ({ ...route(...args), stepUp: true });

export const secondFactorRouter = router({
  complete: publicProcedure
    .meta(sessionless('POST', '/v1/auth/second-factor', 'Complete a log-in by the second factor'))
    .input(CompleteLoginInput)
    .output(LoginResult)
    .mutation(({ ctx, input }) => completeLogin(ctx, input)),
  loginOptions: publicProcedure
    .meta(sessionless('POST', '/v1/auth/second-factor/passkey-options', 'Ask for a passkey as second factor'))
    .input(LoginOptionsInput)
    .output(PasskeyRequestOptions)
    .mutation(({ ctx, input }) => loginOptions(ctx, input)),
  passkeyOptions: publicProcedure
    .meta(sessionless('POST', '/v1/auth/passkey/options', 'Ask for a passkey to log in'))
    .input(NoInput)
    .output(PasskeyRequestOptions)
    .mutation(({ ctx }) => assertionOptions(ctx, { purpose: 'log_in', userId: null })),
  passkeyLogin: publicProcedure
    .meta(sessionless('POST', '/v1/auth/passkey', 'Log in by a passkey'))
    .input(PasskeyLoginInput)
    .output(LoginResult)
    .mutation(({ ctx, input }) => logInWithPasskey(ctx, input)),

  list: customerProcedure
    .meta({
      rest: { method: 'GET', path: '/v1/me/second-factors', summary: 'Second factors', tags: ['Second factor'] },
    })
    .input(NoInput)
    .output(SecondFactors)
    .query(({ ctx }) => listFactors(ctx)),
  beginTotp: customerProcedure
    .meta(dangerous('POST', '/v1/me/totp', 'Begin with an authenticator app'))
    .input(NoInput)
    .output(TotpEnrollment)
    .mutation(({ ctx }) => beginTotp(ctx)),
  confirmTotp: customerProcedure
    .meta({
      ...route('POST', '/v1/me/totp/confirm', 'Confirm the authenticator app by its first code'),
      ownSession: true,
    })
    .input(ConfirmTotpInput)
    .output(AddedFactor)
    .mutation(({ ctx, input }) => confirmTotp(ctx, input)),
  removeTotp: customerProcedure
    .meta(dangerous('DELETE', '/v1/me/totp', 'Remove the authenticator app', 204))
    .input(NoInput)
    .output(Done)
    .mutation(({ ctx }) => removeTotp(ctx)),
  regenerateRecoveryCodes: customerProcedure
    .meta(dangerous('POST', '/v1/me/recovery-codes', 'Replace the recovery codes'))
    .input(NoInput)
    .output(RecoveryCodes)
    .mutation(({ ctx }) => regenerateRecoveryCodes(ctx)),
  registrationOptions: customerProcedure
    .meta(dangerous('POST', '/v1/me/passkeys/options', 'Ask the browser for a new passkey'))
    .input(NoInput)
    .output(PasskeyCreationOptions)
    .mutation(({ ctx }) => registrationOptions(ctx)),
  registerPasskey: customerProcedure
    .meta(dangerous('POST', '/v1/me/passkeys', 'Add the new passkey', 201))
    .input(RegisterPasskeyInput)
    .output(RegisteredPasskey)
    .mutation(({ ctx, input }) => registerPasskey(ctx, input)),
  renamePasskey: customerProcedure
    .meta(route('PATCH', '/v1/me/passkeys/{passkeyId}', 'Rename a passkey'))
    .input(RenamePasskeyInput)
    .output(Passkey)
    .mutation(({ ctx, input }) => renamePasskey(ctx, input)),
  removePasskey: customerProcedure
    .meta(dangerous('DELETE', '/v1/me/passkeys/{passkeyId}', 'Remove a passkey', 204))
    .input(PasskeyInput)
    .output(Done)
    .mutation(({ ctx, input }) => removePasskey(ctx, input)),

  stepUpOptions: customerProcedure
    .meta(route('POST', '/v1/me/step-up/passkey-options', 'Ask for a passkey to prove again who you are'))
    .input(NoInput)
    .output(PasskeyRequestOptions)
    .mutation(({ ctx }) => stepUpOptions(ctx)),
  stepUp: customerProcedure
    .meta(route('POST', '/v1/me/step-up', 'Prove again who you are'))
    .input(StepUpInput)
    .output(StepUpResult)
    .mutation(({ ctx, input }) => stepUp(ctx, input)),

  resetCustomer: permittedProcedure('customers:write')
    .meta(dangerous('POST', '/v1/admin/customers/{userId}/reset-second-factors', 'Reset second factors', 204))
    .input(ResetFactorsInput)
    .output(Done)
    .mutation(({ ctx, input }) => resetFactors(ctx, { ...input, of: 'customer' })),
  resetStaff: permittedProcedure('staff:write')
    .meta(dangerous('POST', '/v1/admin/staff/{userId}/reset-second-factors', 'Reset second factors of staff', 204))
    .input(ResetFactorsInput)
    .output(Done)
    .mutation(({ ctx, input }) => resetFactors(ctx, { ...input, of: 'staff' })),
});
