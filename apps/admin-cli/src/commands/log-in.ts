import { text as readText } from 'node:stream/consumers';
import { password as askPassword, text as askText, isCancel } from '@clack/prompts';
import { type Cli, CliError, usageError } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { json } from '../output/json.ts';
import { connect } from '../session/connect.ts';

/** `login`: prints the user that is logged in. */
export async function logIn(cli: Cli, options: { email?: string; passwordStdin?: true }): Promise<undefined> {
  const { credentials } = cli.config;
  const email = options.email ?? credentials?.email ?? (await ask(cli, 'Email'));
  const password = await passwordFor(cli, email, options);
  const user = await connect(cli).login({ email, password });
  cli.out(cli.json ? json(user) : `Logged in to ${cli.url} as ${user.email}.`);
}

async function passwordFor(cli: Cli, email: string, options: { passwordStdin?: true }): Promise<string> {
  // Only the line break that `echo` adds; spaces may belong to a password.
  if (options.passwordStdin) return (await readText(process.stdin)).replace(/\r?\n$/, '');
  const { credentials } = cli.config;
  return credentials?.email === email ? credentials.password : ask(cli, 'Password');
}

async function ask(cli: Cli, what: 'Email' | 'Password'): Promise<string> {
  if (cli.json || !process.stdin.isTTY || !process.stderr.isTTY) {
    throw usageError(
      'Nobody is there to ask: give --email and --password-stdin, or set CARTWRIGHT_EMAIL and CARTWRIGHT_PASSWORD.',
    );
  }
  const prompt = { message: what, output: process.stderr };
  const validate = (value: string | undefined) => (value ? undefined : `${what} is needed.`);
  const answer = what === 'Email' ? await askText({ ...prompt, validate }) : await askPassword({ ...prompt, validate });
  if (isCancel(answer)) throw new CliError('Interrupted.', { code: 'interrupted', exitCode: exitCodes.interrupted });
  return answer;
}
