export { applySearchChanges, maintainSearch } from './maintain-search.ts';
export { forgetQueries, writeQueries } from './query-log.ts';
