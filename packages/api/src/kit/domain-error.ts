/** What kind of refusal an error is; one table maps it to every transport. */
export const errorKinds = {
  invalid_input: { trpc: 'BAD_REQUEST', http: 400, cliExit: 64 },
  unauthenticated: { trpc: 'UNAUTHORIZED', http: 401, cliExit: 77 },
  payment_declined: { trpc: 'PAYMENT_REQUIRED', http: 402, cliExit: 65 },
  forbidden: { trpc: 'FORBIDDEN', http: 403, cliExit: 77 },
  not_found: { trpc: 'NOT_FOUND', http: 404, cliExit: 66 },
  conflict: { trpc: 'CONFLICT', http: 409, cliExit: 65 },
  method_not_allowed: { trpc: 'METHOD_NOT_SUPPORTED', http: 405, cliExit: 64 },
  unsupported_media_type: { trpc: 'UNSUPPORTED_MEDIA_TYPE', http: 415, cliExit: 64 },
  payload_too_large: { trpc: 'PAYLOAD_TOO_LARGE', http: 413, cliExit: 64 },
  range_not_satisfiable: { trpc: 'BAD_REQUEST', http: 416, cliExit: 64 },
  rule_violated: { trpc: 'UNPROCESSABLE_CONTENT', http: 422, cliExit: 65 },
  rate_limited: { trpc: 'TOO_MANY_REQUESTS', http: 429, cliExit: 75 },
  upstream_unavailable: { trpc: 'SERVICE_UNAVAILABLE', http: 503, cliExit: 75 },
  bug: { trpc: 'INTERNAL_SERVER_ERROR', http: 500, cliExit: 70 },
} as const;
export type ErrorKind = keyof typeof errorKinds;

export interface ErrorDefinition {
  kind: ErrorKind;
  /** One sentence for people, without anything particular to the request. */
  title: string;
}

/** A refusal that the caller is meant to understand. Thrown, so that a transaction rolls back. */
export class DomainError extends Error {
  readonly code: string;
  readonly kind: ErrorKind;
  readonly title: string;
  readonly details: Record<string, unknown> | undefined;
  /** Seconds after which trying again makes sense. */
  readonly retryAfterSeconds: number | undefined;

  constructor(
    code: string,
    definition: ErrorDefinition,
    options: { detail?: string; details?: Record<string, unknown>; retryAfterSeconds?: number; cause?: unknown } = {},
  ) {
    super(options.detail ?? definition.title, { cause: options.cause });
    this.name = 'DomainError';
    this.code = code;
    this.kind = definition.kind;
    this.title = definition.title;
    this.details = options.details;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }
}

/**
 * Makes the thrower of a slice's errors: `const refuse = errorsOf({ cart_not_found: {…} })`,
 * then `throw refuse('cart_not_found', { details })`.
 */
export function errorsOf<Codes extends Record<string, ErrorDefinition>>(definitions: Codes) {
  return (code: keyof Codes & string, options?: ConstructorParameters<typeof DomainError>[2]): DomainError => {
    const definition = definitions[code];
    if (!definition) throw new TypeError(`Unknown error code ${code}`);
    return new DomainError(code, definition, options);
  };
}
