/** What the rest of Cartwright may call of customers. */
export { closeImpersonations } from './impersonation/close-impersonations.ts';
export { erasePersonalData } from './personal-data/erase-personal-data.ts';
export { forgetUnprovenData } from './personal-data/forget-unproven-data.ts';
export { listPersonalData } from './personal-data/list-personal-data.ts';
