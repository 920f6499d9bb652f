import { type Command, Option } from 'commander';
import type { Act } from '../cli.ts';
import { pageOptions } from './values.ts';

export function addMediaCommands(program: Command, act: Act): void {
  const media = program.command('media').description('Upload, see and delete pictures.');

  media
    .command('upload')
    .description('Upload a picture, and show it with a product.')
    .argument('<file>', 'a JPEG, PNG, GIF, WebP or AVIF')
    .option('--product <product>', 'slug, SKU or id of the product that is to show it, after the others it has')
    .option('--variant <sku>', 'show it with this variant of the product instead')
    .option('--alt <text>', 'what there is to say where it cannot be seen')
    .addHelpText(
      'after',
      `
The same file again is the same picture. What is kept is upright and has no metadata: no place, no camera.

Examples:
  $ cartwright media upload lamp.jpg --product desk-lamp --alt "A desk lamp in brass"
  $ cartwright media upload lamp-black.jpg --product desk-lamp --variant LAMP-1-BLACK`,
    )
    .action(act(async () => (await import('./manage-media.ts')).uploadPicture));

  pageOptions(
    media
      .command('list')
      .description('List pictures, newest first.')
      .option('--query <words>', 'words of the file name or the description')
      .addOption(new Option('--used', 'only those that a product shows').conflicts('unused'))
      .option('--unused', 'only those that none does'),
  )
    .addHelpText('after', '\nExample:\n  $ cartwright media list --unused')
    .action(act(async () => (await import('./manage-media.ts')).listPictures));

  media
    .command('show')
    .description('Show one picture: size, addresses, where it is used.')
    .argument('<id>')
    .addHelpText('after', '\nExample:\n  $ cartwright media show 0199a3c2-7b1e-7c4e-9d55-2f1f0d8f6a10')
    .action(act(async () => (await import('./manage-media.ts')).showPicture));

  media
    .command('edit')
    .description('Change what is said of a picture, and what stays in it when it is cropped.')
    .argument('<id>')
    .option('--alt <text>', 'what there is to say where it cannot be seen')
    .option('--focal-point <x,y>', 'in percent from the left and from the top, such as 30,70')
    .addHelpText(
      'after',
      '\nExample:\n  $ cartwright media edit 0199a3c2-7b1e-7c4e-9d55-2f1f0d8f6a10 --focal-point 50,20',
    )
    .action(act(async () => (await import('./manage-media.ts')).editPicture));

  media
    .command('delete')
    .description('Delete a picture that no product shows.')
    .argument('<id>')
    .option('--force', 'also one that products show: it is taken out of them')
    .option('--yes', 'do not ask')
    .addHelpText('after', '\nExample:\n  $ cartwright media delete 0199a3c2-7b1e-7c4e-9d55-2f1f0d8f6a10 --yes')
    .action(act(async () => (await import('./manage-media.ts')).deletePicture));
}
