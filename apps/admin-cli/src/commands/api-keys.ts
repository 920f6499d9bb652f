import type { Command } from 'commander';
import type { Act } from '../cli.ts';
import { collect, pageOptions, wholeNumber } from './values.ts';

export function addApiKeyCommands(program: Command, act: Act): void {
  const keys = program.command('api-keys').description('See and handle the keys of programs.');

  pageOptions(
    keys
      .command('list')
      .description('List the keys, newest first: how each begins, what it can do, when it was last used.'),
  )
    .addHelpText('after', '\nExample:\n  $ cartwright api-keys list')
    .action(act(async () => (await import('./manage-api-keys.ts')).listApiKeys));

  keys
    .command('create')
    .description('Make a key with permissions that you have yourself. It is printed this once.')
    .argument('<name>', 'what uses it')
    .option('--permission <name>', 'may be repeated', collect, [])
    .option('--expires-in-days <days>', '1 to 365', wholeNumber(1, 365), 90)
    .addHelpText(
      'after',
      '\nExample:\n  $ CARTWRIGHT_API_KEY=$(cartwright api-keys create warehouse --permission inventory:write)',
    )
    .action(act(async () => (await import('./manage-api-keys.ts')).createApiKey));

  keys
    .command('revoke')
    .description('Make a key worthless, within five seconds.')
    .argument('<key>', 'its id, or how it begins')
    .addHelpText('after', '\nExample:\n  $ cartwright api-keys revoke cw_1a2b3c4d')
    .action(act(async () => (await import('./manage-api-keys.ts')).revokeApiKey));
}
