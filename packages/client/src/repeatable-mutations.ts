/**
 * Mutations that may be sent again when nobody knows whether the first try arrived: the server keeps their answer under
 * the `Idempotency-Key` (a test compares these with the router), or doing them twice is the same as once.
 */
export const repeatableMutations: ReadonlySet<string> = new Set([
  'auth.refresh',
  'auth.logout',
  'catalog.startImport',
  'catalog.importBatch',
  'catalog.finishImport',
  'checkout.place',
  'inventory.setStock',
]);
