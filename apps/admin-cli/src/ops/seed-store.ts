import type { Runtime } from '@cartwright/api';
import { productViews, store } from '@cartwright/db';
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

/** Adds the demo data unless the store was set up or has a product. */
export async function seedIfEmpty(runtime: Runtime): Promise<boolean> {
  if ((await store.findStore(runtime.db)) !== undefined) return false;
  const products = await productViews.listAdminProducts(runtime.db, {
    text: null,
    status: null,
    limit: 1,
    before: null,
  });
  if (products.length > 0) return false;
  const { seedDemo } = await import('./demo/seed-demo.ts');
  await seedDemo(runtime);
  return true;
}
