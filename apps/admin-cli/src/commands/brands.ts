import type { Command } from 'commander';
import type { Act } from '../cli.ts';
import { pageOptions } from './values.ts';

export function addBrandCommands(program: Command, act: Act): void {
  const brands = program.command('brands').description('See and change brands.');
  const texts = (command: Command) =>
    command
      .option('--slug <slug>')
      .option('--description <text>')
      .option('--image <url>', 'address of its picture; empty takes it away')
      .option('--seo-title <text>')
      .option('--seo-description <text>');

  pageOptions(
    brands.command('list').description('List brands by name.').option('--query <text>', 'how the name begins'),
  )
    .addHelpText('after', '\nExample:\n  $ cartwright brands list --query no')
    .action(act(async () => (await import('./manage-brands.ts')).listBrands));

  brands
    .command('show')
    .description('Show one brand.')
    .argument('<brand>', 'slug or id')
    .action(act(async () => (await import('./manage-brands.ts')).showBrand));

  texts(brands.command('create').description('Add a brand.').argument('<name>'))
    .addHelpText('after', '\nExample:\n  $ cartwright brands create "North & Sons" --image https://cdn.example/n.png')
    .action(act(async () => (await import('./manage-brands.ts')).createBrand));

  texts(
    brands
      .command('update')
      .description('Change a brand; a new name is that of all its products.')
      .argument('<brand>', 'slug or id')
      .option('--name <name>'),
  )
    .addHelpText('after', '\nExample:\n  $ cartwright brands update north-sons --name "North & Daughters"')
    .action(act(async () => (await import('./manage-brands.ts')).updateBrand));

  brands
    .command('delete')
    .description('Delete a brand that no product has.')
    .argument('<brand>', 'slug or id')
    .action(act(async () => (await import('./manage-brands.ts')).deleteBrand));
}
