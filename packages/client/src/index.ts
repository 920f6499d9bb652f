export {
  type CartwrightClient,
  type CartwrightClientOptions,
  type ClientConveniences,
  createCartwrightClient,
} from './client.ts';
export type { CallContext } from './links.ts';
export { formatMoney, type Money, parseMoney } from './money.ts';
export {
  type CartwrightError,
  isCartwrightError,
  type Problem,
  type ProblemKind,
  problemKind,
  problemOf,
} from './problem.ts';
export { isNetworkError, type RetryOptions } from './retry.ts';
export type { AppRouter, RouterInputs, RouterOutputs } from './router-types.ts';
export { type LoginChallenge, loginChallengeOf, type Proof, type ProofMethod } from './second-factor.ts';
export type { TokenStore, Tokens } from './session.ts';
