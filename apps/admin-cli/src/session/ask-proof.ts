import type { Proof, ProofMethod } from '@cartwright/client';
import { type Cli, CliError } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { ask, isSomebodyThere } from './ask.ts';

/** What a person types for either kind of code: six digits are the app's. */
export function codeProof(typed: string): { code: string } | { recoveryCode: string } {
  const code = typed.replace(/\s/g, '');
  return /^\d{6}$/.test(code) ? { code } : { recoveryCode: typed };
}

/**
 * A proof of who runs the command: the password where that is enough (the environment's, if it has one), or a code of
 * the second factor. Undefined where nobody is there to ask.
 */
export async function askProof(cli: Cli, methods: readonly ProofMethod[]): Promise<Proof | undefined> {
  const { credentials } = cli.config;
  if (methods.includes('password') && credentials !== undefined) return { password: credentials.password };
  if (!isSomebodyThere(cli)) return undefined;
  if (methods.includes('password')) return { password: await ask('Password', { secret: true }) };
  return codeProof(await ask(questionFor(methods)));
}

function questionFor(methods: readonly ProofMethod[]): string {
  if (methods.includes('totp')) return 'Code of your authenticator app, or a recovery code';
  if (methods.includes('recovery_code')) return 'Recovery code (a passkey cannot be asked for here)';
  throw new CliError('The account has passkeys only, which need a browser. Add an authenticator app to it.', {
    code: 'second_factor_required',
    exitCode: exitCodes.noPermission,
  });
}
