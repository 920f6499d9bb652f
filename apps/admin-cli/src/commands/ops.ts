import type { Command } from 'commander';
import type { Act } from '../cli.ts';

export function addOpsCommands(program: Command, act: Act): void {
  const ops = program
    .command('ops')
    .description('Prepare a store. Works on the database (DATABASE_URL), not over the network.');

  ops
    .command('migrate')
    .description('Bring the database to the state this version needs.')
    .addHelpText('after', '\nExample:\n  $ DATABASE_URL=postgres://localhost/shop cartwright ops migrate')
    .action(act(async () => (await import('../ops/migrate-database.ts')).migrateDatabase));

  ops
    .command('create-admin')
    .description('Give an address an account that may do everything.')
    .requiredOption('--email <address>')
    .option('--password <password>', 'made and printed once when it is not given')
    .option('--password-stdin', 'read the password from standard input')
    .addHelpText('after', '\nExample:\n  $ cartwright ops create-admin --email admin@example.com')
    .action(act(async () => (await import('../ops/create-admin.ts')).createAdmin));

  ops
    .command('seed')
    .description('Fill an empty store with demo products.')
    .action(act(async () => (await import('../ops/seed-store.ts')).seedStore));

  ops
    .command('setup')
    .description('Migrate, seed an empty store and make sure there is an administrator; for scripts.')
    .addHelpText(
      'after',
      '\nADMIN_EMAIL and ADMIN_PASSWORD name the administrator; a password that was made is printed once.',
    )
    .action(act(async () => (await import('../ops/set-up.ts')).setUp));
}
