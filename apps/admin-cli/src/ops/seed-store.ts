import type { Runtime } from '@cartwright/api';
import { store } from '@cartwright/db';
import { type Cli, CliError } from '../cli.ts';
import { exitCodes } from '../output/exit-codes.ts';
import { json } from '../output/json.ts';
import { withRuntime } from './runtime.ts';

/** `ops seed`: refuses a store that has anything in it. */
export async function seedStore(cli: Cli): Promise<undefined> {
  const seeded = await withRuntime(cli, seedIfEmpty);
  if (!seeded) {
    throw new CliError('The store is not empty, so nothing was added.', {
      code: 'store_not_empty',
      exitCode: exitCodes.dataError,
    });
  }
  cli.out(cli.json ? json({ seeded }) : 'The demo products are in.');
}

/** Adds the demo data unless the store was set up or has a product; true when it did. */
export async function seedIfEmpty(runtime: Runtime): Promise<boolean> {
  if ((await store.findStore(runtime.db)) !== undefined) return false;
  const { seedDemo, StoreNotEmptyError } = await import('./demo/seed-demo.ts');
  try {
    await seedDemo(runtime);
    return true;
  } catch (error) {
    if (error instanceof StoreNotEmptyError) return false;
    throw error;
  }
}
