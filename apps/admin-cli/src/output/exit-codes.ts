import type { ProblemKind } from '@cartwright/client';

/** Exit codes by sysexits.h. */
export const exitCodes = {
  ok: 0,
  usage: 64,
  dataError: 65,
  noInput: 66,
  software: 70,
  unavailable: 75,
  noPermission: 77,
  interrupted: 130,
} as const;

/** The exit code of each kind of refusal; a test compares it with the API's table. */
export const exitCodeOfKind: Record<ProblemKind, number> = {
  invalid_input: exitCodes.usage,
  unauthenticated: exitCodes.noPermission,
  payment_declined: exitCodes.dataError,
  forbidden: exitCodes.noPermission,
  not_found: exitCodes.noInput,
  method_not_allowed: exitCodes.usage,
  conflict: exitCodes.dataError,
  payload_too_large: exitCodes.usage,
  unsupported_media_type: exitCodes.usage,
  range_not_satisfiable: exitCodes.usage,
  rule_violated: exitCodes.dataError,
  rate_limited: exitCodes.unavailable,
  bug: exitCodes.software,
  upstream_unavailable: exitCodes.unavailable,
};
