import { isDatabaseUnavailable } from '@cartwright/db';
import { TRPCError } from '@trpc/server';
import { z } from 'zod';
import { DomainError, type ErrorDefinition, type ErrorKind, errorKinds, errorsOf } from '../kit/domain-error.ts';

export const transportErrors = {
  invalid_input: { kind: 'invalid_input', title: 'The request does not have the expected shape.' },
  invalid_json: { kind: 'invalid_input', title: 'The body is not valid JSON.' },
  unsupported_media_type: { kind: 'unsupported_media_type', title: 'Send the body as application/json.' },
  unauthenticated: { kind: 'unauthenticated', title: 'Log in first, or send a valid access token.' },
  forbidden: { kind: 'forbidden', title: 'The account lacks the permission for this.' },
  permission_not_held: {
    kind: 'forbidden',
    title: 'Nobody grants, changes or takes away what they may not do themselves.',
  },
  step_up_required: { kind: 'unauthenticated', title: 'Prove again who you are: this needs a recent log-in.' },
  csrf_token_invalid: {
    kind: 'forbidden',
    title: 'With the session in cookies, changes are made by pages of the store, with their X-CSRF-Token.',
  },
  second_factor_enrollment_required: {
    kind: 'forbidden',
    title: 'The store requires a second factor of staff; set one up first.',
  },
  impersonation_read_only: { kind: 'forbidden', title: 'Staff who see the store as a customer change nothing.' },
  not_found: { kind: 'not_found', title: 'There is no such thing, or it is not yours.' },
  method_not_allowed: { kind: 'method_not_allowed', title: 'The path exists, but not with this method.' },
  payload_too_large: { kind: 'payload_too_large', title: 'The body is larger than is accepted.' },
  range_not_satisfiable: { kind: 'range_not_satisfiable', title: 'There is nothing in the part that was asked for.' },
  rate_limited: { kind: 'rate_limited', title: 'Too many requests; wait before trying again.' },
  idempotency_key_reused: { kind: 'rule_violated', title: 'This Idempotency-Key was used with another request.' },
  idempotency_in_flight: { kind: 'conflict', title: 'The first request with this Idempotency-Key is still at work.' },
  database_unavailable: { kind: 'upstream_unavailable', title: 'The database cannot be reached right now.' },
  internal: { kind: 'bug', title: 'Something went wrong on our side.' },
} as const satisfies Record<string, ErrorDefinition>;

export const refuse = errorsOf(transportErrors);

/** A refusal of one field of the input, by its JSON pointer (RFC 6901). */
export function inputIssue(pointer: string, message: string): DomainError {
  return refuse('invalid_input', { details: { issues: [{ pointer, message }] } });
}

/** RFC 9457 problem, the same object on every face. */
export const Problem = z
  .object({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    code: z.string(),
    detail: z.string().optional(),
    requestId: z.string().optional(),
    errors: z.array(z.object({ pointer: z.string(), message: z.string() })).optional(),
    details: z.record(z.string(), z.unknown()).optional(),
    retryAfterSeconds: z.number().optional(),
  })
  .meta({ id: 'Problem' });
export type Problem = z.infer<typeof Problem>;

/** What is known of anything thrown: a refusal of ours, a lost database, bad input, or a bug. */
export function toDomainError(error: unknown): DomainError {
  if (error instanceof DomainError) return error;
  if (isDatabaseUnavailable(error)) return refuse('database_unavailable', { cause: error, retryAfterSeconds: 2 });
  if (error instanceof TRPCError) return fromTrpcError(error);
  return refuse('internal', { cause: error });
}

function fromTrpcError(error: TRPCError): DomainError {
  const { cause } = error;
  if (cause instanceof DomainError || (cause !== undefined && isDatabaseUnavailable(cause)))
    return toDomainError(cause);
  if (cause instanceof z.ZodError && error.code === 'BAD_REQUEST') {
    return refuse('invalid_input', { cause, details: { issues: inputIssues(cause) } });
  }
  if (error.code === 'NOT_FOUND') return refuse('not_found', { cause: error });
  if (error.code === 'METHOD_NOT_SUPPORTED') return refuse('method_not_allowed', { cause: error });
  if (error.code === 'PARSE_ERROR') return refuse('invalid_json', { cause: error });
  if (error.code === 'UNSUPPORTED_MEDIA_TYPE') return refuse('unsupported_media_type', { cause: error });
  if (error.code === 'PAYLOAD_TOO_LARGE') return refuse('payload_too_large', { cause: error });
  if (error.code === 'BAD_REQUEST') return refuse('invalid_input', { cause: error });
  return refuse('internal', { cause: error });
}

/** One entry a field, with a JSON pointer (RFC 6901) to it. Unknown fields are named one by one. */
export function inputIssues(error: z.ZodError): { pointer: string; message: string }[] {
  const issues = error.issues.flatMap((issue) => {
    const paths = issue.code === 'unrecognized_keys' ? issue.keys.map((key) => [...issue.path, key]) : [issue.path];
    return paths.map((path) => ({
      pointer: path.map((part) => `/${String(part).replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''),
      message: issue.code === 'unrecognized_keys' ? 'Unknown field' : issue.message,
    }));
  });
  return issues.slice(0, 50);
}

/** The problem that a caller sees. Nothing of an unknown error's message leaves the process. */
export function toProblem(error: DomainError, requestId: string | undefined): Problem {
  const { issues, ...details } = error.details ?? {};
  const problem: Problem = {
    type: `https://cartwright.dev/errors/${error.code}`,
    title: error.title,
    status: errorKinds[error.kind].http,
    code: error.code,
  };
  if (error.message !== error.title) problem.detail = error.message;
  // Only where somebody must look it up: a refusal that is given again is the same to the byte.
  if (requestId !== undefined && problem.status >= 500) problem.requestId = requestId;
  if (Array.isArray(issues)) problem.errors = issues as { pointer: string; message: string }[];
  if (Object.keys(details).length > 0) problem.details = details;
  if (error.retryAfterSeconds !== undefined) problem.retryAfterSeconds = error.retryAfterSeconds;
  return problem;
}

export function toTrpcError(error: DomainError): TRPCError {
  return new TRPCError({ code: trpcCode(error.kind), message: error.message, cause: error });
}

function trpcCode(kind: ErrorKind): TRPCError['code'] {
  return errorKinds[kind].trpc;
}
