import { secondFactors } from '@cartwright/db';
import type { Ctx } from '../context.ts';
import { stepAt, totpCode } from '../domains/second-factor/totp/totp.ts';
import type { Clock } from '../kit/clock.ts';
import { DomainError } from '../kit/domain-error.ts';
import { appRouter } from '../root.ts';
import { openAccount, openSessionOf, TEST_PASSWORD } from './accounts.ts';
import { createAuthenticator } from './authenticator.ts';
import { makeCtx, type TestRuntime } from './index.ts';

let sequence = 0;

type Api = ReturnType<typeof appRouter.createCaller>;

/** The procedures as a caller of their own sees them, throwing the refusal itself instead of tRPC's envelope of it. */
export async function call<T>(ctx: Ctx, procedure: (api: Api) => Promise<T>): Promise<T> {
  try {
    return await procedure(appRouter.createCaller(ctx));
  } catch (error) {
    throw error instanceof Error && error.cause instanceof DomainError ? error.cause : error;
  }
}

/** A guest at an address of their own, so that tests do not use up one another's allowance. */
export function guest(runtime: TestRuntime, options: Partial<Ctx> = {}): Ctx {
  sequence += 1;
  return makeCtx(runtime, {
    clientAddress: `10.${sequence >> 16}.${(sequence >> 8) & 255}.${sequence & 255}`,
    ...options,
  });
}

/** The code that is right `steps` half minutes from now. */
export function codeFor({ clock }: { clock: Clock }, secret: string, steps = 0): string {
  return totpCode(unbase32(secret), stepAt(clock.now()) + steps);
}

/** Somebody with an account of {@link openAccount}, and staff roles if any are named. */
export async function makePerson(runtime: TestRuntime, { staffRoles = [] }: { staffRoles?: readonly string[] } = {}) {
  const { id, email } = await openAccount(runtime, { roleNames: staffRoles });

  /** The access token of a new session of theirs, whatever second factor they have. */
  const openSession = async () => (await openSessionOf(runtime, { userId: id })).accessToken;

  /** The context of a request with an access token. */
  async function as(accessToken: string | null): Promise<Ctx> {
    const actor = await runtime.accessTokens.verify(accessToken ?? '');
    if (actor === undefined) throw new Error('The access token is refused');
    return guest(runtime, { actor });
  }
  const logIn = async () => as(await openSession());

  return {
    id,
    email,
    openSession,
    as,
    /** The context of a request in a new session. */
    logIn,
    /** What the password alone is answered. */
    logInByPassword: (password = TEST_PASSWORD) => call(guest(runtime), (api) => api.auth.login({ email, password })),
    methods: () => secondFactors.findMethods(runtime.db, { userId: id }),
    /** Adds an authenticator app; answers its secret and the recovery codes. */
    async addTotp() {
      const ctx = await logIn();
      const { secret } = await call(ctx, (api) => api.secondFactor.beginTotp());
      const code = codeFor(runtime, secret);
      const { recoveryCodes } = await call(ctx, (api) => api.secondFactor.confirmTotp({ code }));
      // The code that confirmed it is used up.
      runtime.clock.advance(30);
      return { secret, recoveryCodes: recoveryCodes ?? [] };
    },
    /** Adds a passkey; answers the authenticator that has it. */
    async addPasskey(name = 'Phone') {
      const ctx = await logIn();
      const authenticator = createAuthenticator();
      const options = await call(ctx, (api) => api.secondFactor.registrationOptions());
      const passkey = authenticator.create(options);
      const added = await call(ctx, (api) => api.secondFactor.registerPasskey({ name, passkey }));
      return { authenticator, passkeyId: added.passkey.id, recoveryCodes: added.recoveryCodes };
    },
  };
}
export type Person = Awaited<ReturnType<typeof makePerson>>;

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** Base32 as an authenticator app reads it. */
function unbase32(text: string): Buffer {
  const bits = [...text].map((each) => ALPHABET.indexOf(each).toString(2).padStart(5, '0')).join('');
  return Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
}

/** The code and details of the refusal that a call meets; `ok` when it meets none. */
export const refusalOf = (attempt: Promise<unknown>): Promise<{ code: string; details?: Record<string, unknown> }> =>
  attempt.then(
    () => ({ code: 'ok' }),
    (error) => {
      if (!(error instanceof DomainError)) throw error;
      return { code: error.code, ...(error.details && { details: error.details }) };
    },
  );

export const codeOf = async (attempt: Promise<unknown>): Promise<string> => (await refusalOf(attempt)).code;
