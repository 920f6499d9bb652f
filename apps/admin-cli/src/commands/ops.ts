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

  const erasures = ops
    .command('erasures')
    .description('Keep what was erased erased, also after a backup was restored.');
  erasures
    .command('export')
    .description('Print which accounts were erased, as NDJSON. Keep it apart from the backups.')
    .addHelpText('after', '\nExample:\n  $ cartwright ops erasures export > erasures.ndjson')
    .action(act(async () => (await import('../ops/erasures.ts')).exportErasures));
  erasures
    .command('apply')
    .description('Erase the accounts of such a list again that a restored database has brought back.')
    .argument('<file>', 'what `ops erasures export` printed')
    .addHelpText('after', '\nExample:\n  $ cartwright ops erasures apply erasures.ndjson')
    .action(act(async () => (await import('../ops/erasures.ts')).applyErasures));

  ops
    .command('setup')
    .description('Migrate, seed an empty store and make sure there is an administrator; for scripts.')
    .addHelpText(
      'after',
      '\nADMIN_EMAIL and ADMIN_PASSWORD name the administrator; a password that was made is printed once.',
    )
    .action(act(async () => (await import('../ops/set-up.ts')).setUp));
}
