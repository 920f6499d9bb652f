import type { Command } from 'commander';
import type { Act } from '../cli.ts';
import { collect } from './values.ts';

export function addRoleCommands(program: Command, act: Act): void {
  const roles = program.command('roles').description('See and change what staff may do.');

  roles
    .command('list')
    .description('List the roles and their permissions.')
    .addHelpText('after', '\nExample:\n  $ cartwright roles list')
    .action(act(async () => (await import('./manage-roles.ts')).listRoles));

  roles
    .command('permissions')
    .description('List every permission that there is.')
    .addHelpText('after', '\nExample:\n  $ cartwright roles permissions')
    .action(act(async () => (await import('./manage-roles.ts')).listPermissions));

  roles
    .command('create')
    .description('Make a role of permissions that you have yourself.')
    .argument('<role>', 'its name: lower-case letters, digits and hyphens')
    .option('--permission <name>', 'may be repeated', collect, [])
    .option('--description <text>')
    .addHelpText(
      'after',
      '\nExample:\n  $ cartwright roles create support --permission orders:read --permission orders:cancel',
    )
    .action(act(async () => (await import('./manage-roles.ts')).createRole));

  roles
    .command('edit')
    .description('Change a role, for everybody who has it.')
    .argument('<role>', 'its name')
    .option('--permission <name>', 'may be repeated; together they replace those it has', collect)
    .option('--description <text>')
    .addHelpText('after', '\nExample:\n  $ cartwright roles edit support --permission orders:read')
    .action(act(async () => (await import('./manage-roles.ts')).editRole));

  roles
    .command('delete')
    .description('Delete a role that nobody has.')
    .argument('<role>', 'its name')
    .addHelpText('after', '\nExample:\n  $ cartwright roles delete support')
    .action(act(async () => (await import('./manage-roles.ts')).deleteRole));
}
