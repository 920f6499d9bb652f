export { createAdministrator } from './create-administrator.ts';
export { applyErasure, ErasureEntry, listErasureEntries } from './erase/erasure-list.ts';
export { finishErasures } from './erase/finish-erasures.ts';
export { sendEmailChange } from './send-email-change.ts';
export { sendLink } from './send-link.ts';
export { sendNotice } from './send-notice.ts';
