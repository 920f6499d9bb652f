export { applySearchChanges, maintainSearch, writePendingDocuments, writeSearchAnew } from './maintain-search.ts';
export { forgetQueries, writeQueries } from './query-log.ts';
