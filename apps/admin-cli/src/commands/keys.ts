import type { Command } from 'commander';
import type { Act } from '../cli.ts';

export function addKeyCommands(program: Command, act: Act): void {
  const keys = program.command('keys').description('See and replace the keys that sign access tokens.');

  keys
    .command('list')
    .description('List the keys and what each is good for.')
    .addHelpText('after', '\nExample:\n  $ cartwright keys list')
    .action(act(async () => (await import('./list-keys.ts')).listKeys));

  keys
    .command('rotate')
    .description('Make a new key and retire the others; nobody is logged out.')
    .option('--emergency', 'revoke the others: every access token dies within seconds, and clients renew theirs')
    .option('--end-sessions', 'log everybody out, yourself too')
    .option('--yes', 'do not ask before an emergency or the end of all sessions')
    .addHelpText(
      'after',
      `
Examples:
  $ cartwright keys rotate
  $ cartwright keys rotate --emergency                  a key may be known to somebody else
  $ cartwright keys rotate --emergency --end-sessions   AUTH_SECRET or refresh tokens may be, too`,
    )
    .action(act(async () => (await import('./rotate-keys.ts')).rotateKeys));
}
