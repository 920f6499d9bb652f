/**
 * R10: the slices that may lock or write through a data module of packages/db (the name it is exported under).
 * Anyone may read. A new data module gets its owner here.
 */
export const OWNERS: Record<string, readonly string[] | 'everyone'> = {
  outbox: 'everyone',
  auditLog: 'everyone',
  idempotencyKeys: [],
  inbox: ['payment'],
  users: ['auth', 'customer'],
  customers: ['auth', 'customer'],
  sessions: ['auth'],
  identities: ['auth'],
  signingKeys: ['auth'],
  settings: ['admin', 'catalog', 'shipping', 'tax'],
  store: ['admin', 'catalog'],
  storeSettings: ['admin', 'catalog', 'shipping', 'tax'],
  taxes: ['tax'],
  taxRates: ['tax'],
  categories: ['catalog'],
  attributes: ['catalog'],
  products: ['catalog'],
  prices: ['catalog', 'pricing'],
  catalog: ['catalog'],
  catalogAttributes: ['catalog'],
  catalogProjections: ['catalog'],
  productVariants: ['catalog'],
  productViews: ['catalog'],
  imports: ['catalog'],
  importJobs: ['catalog'],
  listing: ['catalog', 'search'],
  listings: ['catalog', 'search'],
  search: ['search', 'catalog'],
  searchDocuments: ['search', 'catalog'],
  inventory: ['inventory'],
  stock: ['inventory'],
  reservations: ['inventory'],
  carts: ['cart'],
  shipping: ['shipping'],
  shippingMethods: ['shipping'],
  orders: ['order'],
  payments: ['payment'],
  refunds: ['payment', 'returns'],
  fulfillments: ['fulfillment', 'order'],
  mailDeliveries: ['notification'],
};

/** The verbs of architecture §8 that change nothing and lock nothing. */
export const READING = /^(find|list|count|search|read|suggest|facet|exists|is|has)(?![a-z])/;
