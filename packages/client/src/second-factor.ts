import { problemOf } from './problem.ts';
import type { RouterInputs } from './router-types.ts';

/**
 * A way to prove a second factor, or to prove again who one is: then the password, where there is no second factor.
 *
 * @example
 * ```ts
 * import type { ProofMethod } from '@cartwright/client';
 *
 * const labels: Record<ProofMethod, string> = {
 *   password: 'Password',
 *   totp: 'Code of your authenticator app',
 *   recovery_code: 'Recovery code',
 *   passkey: 'Passkey',
 * };
 * ```
 */
export type ProofMethod = 'password' | 'totp' | 'recovery_code' | 'passkey';

/**
 * One proof: `code` of an authenticator app, `recoveryCode`, `passkey`, or `password`.
 *
 * @example
 * ```ts
 * import type { Proof } from '@cartwright/client';
 *
 * const proofOf = (text: string): Proof => (/^\d{6}$/.test(text) ? { code: text } : { recoveryCode: text });
 * ```
 */
export type Proof = RouterInputs['secondFactor']['stepUp'];

/**
 * A log-in that waits for the second factor.
 *
 * @example
 * ```ts
 * import type { CartwrightClient, LoginChallenge } from '@cartwright/client';
 *
 * const finish = (client: CartwrightClient, { challenge }: LoginChallenge, code: string) =>
 *   client.completeLogin({ challenge, code });
 * ```
 */
export interface LoginChallenge {
  /** Stands for the first factor, for five minutes. */
  challenge: string;
  methods: ProofMethod[];
}

/**
 * What a refused log-in asks for, when it asks for the second factor; undefined for any other error.
 *
 * @example
 * ```ts
 * import { createCartwrightClient, loginChallengeOf } from '@cartwright/client';
 *
 * const client = createCartwrightClient({ url: 'http://localhost:3000' });
 * const logIn = async (email: string, password: string, askForCode: () => Promise<string>) => {
 *   try {
 *     return await client.login({ email, password });
 *   } catch (error) {
 *     const asked = loginChallengeOf(error);
 *     if (asked === undefined) throw error;
 *     return client.completeLogin({ challenge: asked.challenge, code: await askForCode() });
 *   }
 * };
 * ```
 */
export function loginChallengeOf(error: unknown): LoginChallenge | undefined {
  const problem = problemOf(error);
  const challenge = problem?.details?.['challenge'];
  if (problem?.code !== 'second_factor_required' || typeof challenge !== 'string') return undefined;
  const methods = problem.details?.['methods'];
  return { challenge, methods: Array.isArray(methods) ? (methods as ProofMethod[]) : [] };
}
