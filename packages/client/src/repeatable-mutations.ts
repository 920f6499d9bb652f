/**
 * Mutations that may be sent again when nobody knows whether the first try arrived. The server keeps the answers of the
 * first ones under their `Idempotency-Key` (a test compares them with the router); doing the others twice is the same
 * as once.
 */
export const keptAnswers = [
  'auth.rotateSigningKeys',
  'cart.addItem',
  'catalog.createAttribute',
  'catalog.createBrand',
  'catalog.createCategory',
  'catalog.createCollection',
  'catalog.createProduct',
  'catalog.generateVariants',
  'checkout.place',
  'customer.addPaymentMethod',
  'customer.adminCreate',
  'customer.createAddress',
  'customer.createGroup',
  'order.cancel',
  'order.fulfill',
  'review.write',
  'search.createRule',
  'search.createSynonym',
];

const sameTwice = [
  'auth.refresh',
  'auth.logout',
  'auth.revokeOtherSessions',
  'cart.updateItem',
  'catalog.startImport',
  'catalog.importBatch',
  'catalog.finishImport',
  'customer.addToGroup',
  'customer.adminSetConsent',
  'customer.disable',
  'customer.enable',
  'customer.endImpersonation',
  'customer.removeFromGroup',
  'customer.setConsent',
  'customer.setDefaultPaymentMethod',
  'customer.updateAddress',
  'customer.updateGroup',
  'inventory.setStock',
  'order.claim',
  'search.rebuild',
  'search.setStopWords',
  'search.updateRule',
  'social.beginLink',
];

export const repeatableMutations: ReadonlySet<string> = new Set([...keptAnswers, ...sameTwice]);
