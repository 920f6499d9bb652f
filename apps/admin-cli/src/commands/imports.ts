import type { Command } from 'commander';
import type { Act } from '../cli.ts';
import { pageOptions } from './values.ts';

export function addImportsCommands(program: Command, act: Act): void {
  const group = program.command('imports').description('See what was imported, and what was wrong with it.');
  pageOptions(group.command('list').description('List imports and dry runs, newest first.'))
    .addHelpText('after', '\nExample:\n  $ cartwright imports list')
    .action(act(async () => (await import('./list-imports.ts')).listImports));
  pageOptions(
    group
      .command('show')
      .description('Show an import, and the errors and warnings of its rows.')
      .argument('<id>', 'id of the import'),
  )
    .addHelpText('after', '\nExample:\n  $ cartwright imports show 01900000-0000-7000-8000-000000000001 --limit 100')
    .action(act(async () => (await import('./show-import.ts')).showImport));
}
