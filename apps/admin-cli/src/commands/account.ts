import type { Command } from 'commander';
import type { Act } from '../cli.ts';

export function addAccountCommands(program: Command, act: Act): void {
  program
    .command('login')
    .description('Log in and keep the session for later commands.')
    .option('--email <address>', 'asked for when it is not given')
    .option('--password-stdin', 'read the password from standard input instead of asking')
    .option('--code <code>', 'of the authenticator app, or a recovery code; asked for when it is needed')
    .addHelpText(
      'after',
      `
Examples:
  $ cartwright login
  $ pass show shop | cartwright login --email admin@example.com --password-stdin`,
    )
    .action(act(async () => (await import('./log-in.ts')).logIn));

  program
    .command('logout')
    .description('End the session, here and on the server.')
    .action(act(async () => (await import('./log-out.ts')).logOut));

  program
    .command('whoami')
    .description('Show the account that commands run as.')
    .action(act(async () => (await import('./who-am-i.ts')).whoAmI));
}
