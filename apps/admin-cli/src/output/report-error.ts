import { isNetworkError, type Problem, problemKind, problemOf } from '@cartwright/client';
import { type Cli, CliError } from '../cli.ts';
import { exitCodeOfKind, exitCodes } from './exit-codes.ts';
import { printable } from './printable.ts';

interface Report {
  exitCode: number;
  /** For machines: a problem as of RFC 9457, or as much of one as there is. */
  problem: { code: string; title: string; [member: string]: unknown };
  line: string;
}

/** Says on standard error what went wrong, in one line or as JSON, and returns the exit code. */
export function reportError(cli: Cli, error: unknown): number {
  const report = describe(cli, error);
  cli.err(cli.json ? JSON.stringify(report.problem) : `cartwright: ${printable(report.line)}`);
  return report.exitCode;
}

function describe(cli: Cli, error: unknown): Report {
  const problem = problemOf(error);
  if (problem !== undefined) {
    return { exitCode: exitCodeOfKind[problemKind(problem)], problem: { ...problem }, line: lineOf(cli, problem) };
  }
  if (error instanceof CliError) {
    const { code, exitCode, message } = error;
    return { exitCode, problem: { code, title: message }, line: message };
  }
  const message = error instanceof Error ? error.message : String(error);
  if (isNetworkError(error)) {
    const title = `Cannot reach the store at ${cli.url} (${rootCause(error)}). Is it running? Name another with --url or CARTWRIGHT_URL.`;
    return { exitCode: exitCodes.unavailable, problem: { code: 'network', title }, line: title };
  }
  return { exitCode: exitCodes.software, problem: { code: 'internal', title: message }, line: message };
}

/** What to do about it here. */
const hints: Partial<Record<Problem['code'], string>> = {
  unauthenticated: ' Run `cartwright login`.',
  step_up_required: ' Run `cartwright login` again.',
  second_factor_required: ' Give the code with `cartwright login --code`.',
};

/** The same where CARTWRIGHT_API_KEY is set. */
const apiKeyHints: typeof hints = {
  unauthenticated: ' CARTWRIGHT_API_KEY is unknown, expired or revoked, or this needs a person.',
};

function lineOf({ config }: Cli, problem: Problem): string {
  const fields = (problem.errors ?? []).slice(0, 3).map(({ pointer, message }) => `${pointer}: ${message}`);
  const more = (problem.errors?.length ?? 0) - fields.length;
  const which = fields.length === 0 ? '' : ` ${fields.join('; ')}${more > 0 ? `; and ${more} more` : ''}`;
  const hint = (config.apiKey === undefined ? hints : apiKeyHints)[problem.code] ?? '';
  const request = problem.status === 500 && problem.requestId ? `, request ${problem.requestId}` : '';
  return `${problem.detail ?? problem.title}${which}${hint} (${problem.code}${request})`;
}

/** Node's fetch only says "fetch failed"; the reason is at the bottom. */
function rootCause(error: unknown): string {
  let root = error;
  while (root instanceof Error && root.cause instanceof Error) root = root.cause;
  if (root instanceof AggregateError && root.errors[0] instanceof Error) root = root.errors[0];
  if (!(root instanceof Error)) return String(root);
  return root.message || ('code' in root ? String(root.code) : root.name);
}
