export { applySearchChanges, maintainSearch, writeSearchAnew } from './maintain-search.ts';
export { forgetQueries, writeQueries } from './query-log.ts';
