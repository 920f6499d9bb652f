import { text as readText } from 'node:stream/consumers';
import type { Cli } from '../cli.ts';
import { json } from '../output/json.ts';
import { isAdministrator, makeAdministrator, newPassword } from './administrator.ts';
import { withRuntime } from './runtime.ts';

interface CreateAdminOptions {
  email: string;
  password?: string;
  passwordStdin?: true;
}

/** `ops create-admin`: an address that is an administrator already keeps its password. */
export async function createAdmin(cli: Cli, options: CreateAdminOptions): Promise<undefined> {
  const { email } = options;
  const given = options.passwordStdin ? (await readText(process.stdin)).replace(/\r?\n$/, '') : options.password;
  await withRuntime(cli, async (runtime) => {
    const existed = await isAdministrator(runtime, email);
    const password = given ?? newPassword();
    if (!existed) await makeAdministrator(runtime, { email, password });
    const shown = existed || given !== undefined ? null : password;
    if (cli.json) return cli.out(json({ email, created: !existed, password: shown }));
    if (existed) return cli.out(`${email} is an administrator already; nothing was changed.`);
    cli.out(`${email} is an administrator now.${shown === null ? '' : ` Password, shown once: ${shown}`}`);
  });
}
