export type { Ctx, Runtime } from './context.ts';
export { type ErrorCode, errorCodes, errorDefinitions } from './errors.ts';
export { DomainError, errorKinds } from './kit/domain-error.ts';
export { appRouter } from './root.ts';
export { type Config, ConfigError, loadConfig } from './runtime/config.ts';
export { inputIssues, type Problem, toDomainError, toProblem } from './trpc/errors.ts';
export type { ProcedureMeta, RestRoute } from './trpc/meta.ts';
