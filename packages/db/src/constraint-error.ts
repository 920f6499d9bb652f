/** The SQLSTATE or system code of an error thrown by the driver, if it has one. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** The name of the constraint that a statement violated, or undefined when the error is another one. */
export function violatedConstraint(error: unknown): string | undefined {
  if (!errorCode(error)?.startsWith('23')) return undefined;
  if (typeof error !== 'object' || error === null || !('constraint' in error)) return undefined;
  return typeof error.constraint === 'string' ? error.constraint : undefined;
}

const SYSTEM_CODES = new Set(['ECONNREFUSED', 'ECONNRESET', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'ENOENT', 'EAI_AGAIN']);
const DRIVER_MESSAGES =
  /Connection terminated|timeout exceeded when trying to connect|Client has encountered a connection error|Client was closed|Cannot use a pool after calling end/;

/**
 * Whether the database could not be reached or gave up on us: the caller may try again later.
 * Classes 08 (connection), 28 and 3D (login, no such database), 53 (resources), 57P (shutdown, crash), 55P03 and 57014 (our own time-outs).
 */
export function isDatabaseUnavailable(error: unknown): boolean {
  const code = errorCode(error);
  if (code !== undefined) {
    if (/^(08|28|3D|53|57P)/.test(code) || code === '55P03' || code === '57014' || code === '25P03') return true;
    if (SYSTEM_CODES.has(code)) return true;
  }
  return error instanceof Error && DRIVER_MESSAGES.test(error.message);
}
