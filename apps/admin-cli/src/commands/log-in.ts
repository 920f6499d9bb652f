import { text as readText } from 'node:stream/consumers';
import { type CartwrightClient, type LoginChallenge, loginChallengeOf } from '@cartwright/client';
import { type Cli, usageError } from '../cli.ts';
import { json } from '../output/json.ts';
import { ask, isSomebodyThere } from '../session/ask.ts';
import { askProof, codeProof } from '../session/ask-proof.ts';
import { assertNoApiKey, connect } from '../session/connect.ts';

interface Options {
  email?: string;
  passwordStdin?: true;
  code?: string;
}

/** `login`: prints the user that is logged in. */
export async function logIn(cli: Cli, options: Options): Promise<undefined> {
  const { credentials } = cli.config;
  assertNoApiKey(cli);
  const email = options.email ?? credentials?.email ?? (await askFor(cli, 'Email'));
  const password = await passwordFor(cli, email, options);
  const client = connect(cli);
  const user = await client.login({ email, password }).catch(async (error: unknown) => {
    const asked = loginChallengeOf(error);
    const completed = asked && (await complete(cli, client, { ...asked, ...options }));
    if (completed === undefined) throw error;
    return completed;
  });
  cli.out(cli.json ? json(user) : `Logged in to ${cli.url} as ${user.email}.`);
}

/** The second factor: by the code that was given, or the one that is asked for; undefined where nobody can be asked. */
async function complete(cli: Cli, client: CartwrightClient, { challenge, methods, code }: LoginChallenge & Options) {
  const proof = code === undefined ? await askProof(cli, methods) : codeProof(code);
  return proof && client.completeLogin({ challenge, ...proof });
}

async function passwordFor(cli: Cli, email: string, options: Options): Promise<string> {
  // Only the line break that `echo` adds; spaces may belong to a password.
  if (options.passwordStdin) return (await readText(process.stdin)).replace(/\r?\n$/, '');
  const { credentials } = cli.config;
  return credentials?.email === email ? credentials.password : askFor(cli, 'Password');
}

function askFor(cli: Cli, what: 'Email' | 'Password'): Promise<string> {
  if (!isSomebodyThere(cli)) {
    throw usageError(
      'Nobody is there to ask: give --email and --password-stdin, or set CARTWRIGHT_EMAIL and CARTWRIGHT_PASSWORD.',
    );
  }
  return ask(what, { secret: what === 'Password' });
}
