export type { Ctx, Runtime } from './context.ts';
export { applyErasure, createAdministrator, ErasureEntry, listErasureEntries } from './domains/account/index.ts';
export { isCsrfToken } from './domains/auth/index.ts';
export {
  MediaAsset,
  PictureShelf,
  type ReceivedUpload,
  receiveUpload,
  refuse as refuseMedia,
  spoolUpload,
  UploadedAlt,
  uploadMedia,
} from './domains/media/index.ts';
export { receiveStripeEvent } from './domains/payment/index.ts';
export { maintainSearch } from './domains/search/index.ts';
export {
  type AuthorizationAnswer,
  beginSignIn,
  finishSignIn,
  type IdentityProvider,
  resumeSignIn,
  SIGN_IN_SECONDS,
} from './domains/social/index.ts';
export { type ErrorCode, errorCodes, errorDefinitions } from './errors.ts';
export { startWorker, type Worker } from './jobs/start-worker.ts';
export { type Actor, type Permission, permissions } from './kit/actor.ts';
export { addressBlock, unmapAddress } from './kit/address-block.ts';
export { ACCESS_COOKIE, type CookieJar, type CookieName } from './kit/cookie-jar.ts';
export { DomainError, errorKinds } from './kit/domain-error.ts';
export { JsonText } from './kit/json-text.ts';
export type { Logger } from './kit/logger.ts';
export { MEDIA_WIDTHS } from './kit/media-url.ts';
export { appRouter } from './root.ts';
export type { Blob } from './runtime/blobs/blob-store.ts';
export type { Cache } from './runtime/cache.ts';
export type { Changes } from './runtime/changes.ts';
export { type Config, ConfigError, loadConfig } from './runtime/config.ts';
export { attemptPolicies } from './runtime/create-limiter.ts';
export { createLogger } from './runtime/create-logger.ts';
export type { Allowance, AttemptClass, LimitClass } from './runtime/limiter.ts';
export { closeRuntime, createRuntime, type RuntimeOptions } from './runtime/runtime.ts';
export type { SpooledFile } from './runtime/spool/spool.ts';
export { inputIssue, inputIssues, Problem, refuse, toDomainError, toProblem, toTrpcError } from './trpc/errors.ts';
export type { ProcedureMeta, RestRoute } from './trpc/meta.ts';
export { authorize } from './trpc/procedures.ts';
