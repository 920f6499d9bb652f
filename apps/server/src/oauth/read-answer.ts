import { type AuthorizationAnswer, refuse } from '@cartwright/api';
import { limitBody } from '../http/body.ts';
import type { AppContext } from '../http/exchange.ts';

const FORM = /^application\/x-www-form-urlencoded\s*(?:;\s*charset="?utf-8"?\s*)?$/i;
const READ = ['state', 'code', 'iss', 'error', 'user'] as const;

/**
 * What the browser brings from the provider, in the query of a GET or the form of a POST. Throws `invalid_input`
 * when it says anything twice, `unsupported_media_type`, `payload_too_large`.
 */
export async function readAnswer(c: AppContext): Promise<AuthorizationAnswer> {
  const parameters = c.req.method === 'POST' ? await readForm(c) : new URL(c.req.url).searchParams;
  return Object.fromEntries(READ.map((name) => [name, single(parameters, name)]));
}

/** The parameters of a query, each of which may be given once. */
export function readQuery(c: AppContext): Record<string, string> {
  const parameters = new URL(c.req.url).searchParams;
  return Object.fromEntries([...parameters.keys()].map((name) => [name, single(parameters, name) ?? '']));
}

async function readForm(c: AppContext): Promise<URLSearchParams> {
  await limitBody(c);
  if (!FORM.test(c.req.header('content-type') ?? '')) {
    throw refuse('unsupported_media_type', { detail: 'Send the body as application/x-www-form-urlencoded.' });
  }
  return new URLSearchParams(await c.req.raw.text());
}

/** RFC 6749 § 3.1: no parameter comes twice. Which of two would be meant, others may read differently. */
function single(parameters: URLSearchParams, name: string): string | undefined {
  const values = parameters.getAll(name);
  if (values.length > 1) {
    throw refuse('invalid_input', { details: { issues: [{ pointer: `/${name}`, message: 'Given twice' }] } });
  }
  return values[0];
}
