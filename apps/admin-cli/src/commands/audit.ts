import type { Command } from 'commander';
import type { Act } from '../cli.ts';
import { pageOptions } from './values.ts';

export function addAuditCommands(program: Command, act: Act): void {
  pageOptions(
    program
      .command('audit')
      .description('See what staff did.')
      .command('list')
      .description('List what was done, newest first.')
      .option('--target <target>', 'to what, such as role:support or user:<id>')
      .option('--action <action>', 'such as role.edited')
      .option('--actor <id>', 'by which account'),
  )
    .addHelpText('after', '\nExample:\n  $ cartwright audit list --target role:support')
    .action(act(async () => (await import('./list-audit-log.ts')).listAuditLog));
}
