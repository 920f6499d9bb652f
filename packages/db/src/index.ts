export { closeDb, createDb, type DbOptions, pingDb } from './client.ts';
export { isDatabaseUnavailable, violatedConstraint } from './constraint-error.ts';
export * as idempotencyKeys from './idempotency-keys.ts';
export { migrate, type QueueName, queues } from './migrate.ts';
export * as outbox from './outbox.ts';
export { openQueue, type Queue, type QueueJob } from './queue.ts';
export { transaction } from './transaction.ts';
export type { Db, Reader, Tx } from './types.ts';
