/** What the rest of Cartwright may call of second factors. */
export { forgetFactors } from './forget-factors.ts';
export { deleteExpiredChallenges } from './passkeys/delete-expired-challenges.ts';
