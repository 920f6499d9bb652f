import { type Cli, CliError, usageError } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';

/** Whether there is a person at a terminal who can be asked. */
export function isSomebodyThere(cli: Cli): boolean {
  return !cli.json && process.stdin.isTTY === true && process.stderr.isTTY === true;
}

/** Asks the person at the terminal for one line; what is secret is not shown. Throws when they interrupt. */
export async function ask(what: string, { secret = false }: { secret?: boolean } = {}): Promise<string> {
  const { isCancel, password, text } = await import('@clack/prompts');
  const validate = (value: string | undefined) => (value ? undefined : `${what} is needed.`);
  const prompt = { message: what, output: process.stderr, validate };
  const answer = secret ? await password(prompt) : await text(prompt);
  if (isCancel(answer)) throw new CliError('Interrupted.', { code: 'interrupted', exitCode: exitCodes.interrupted });
  return answer;
}

/**
 * Asks the person at the terminal whether to go on with what cannot be undone; the answer is no unless they say yes.
 * Throws when it is, and a usage error where nobody is there to ask.
 */
export async function askToGoOn(cli: Cli, question: string): Promise<void> {
  if (!isSomebodyThere(cli)) throw usageError('Nobody is there to ask: give --yes.');
  const { confirm } = await import('@clack/prompts');
  const answer = await confirm({ message: `${question} Go on?`, initialValue: false, output: process.stderr });
  if (answer !== true)
    throw new CliError('Nothing was changed.', { code: 'interrupted', exitCode: exitCodes.interrupted });
}
