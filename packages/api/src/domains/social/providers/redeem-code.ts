import {
  OAuth2RequestError,
  type OAuth2Tokens,
  UnexpectedErrorResponseBodyError,
  UnexpectedResponseError,
} from 'arctic';
import { refuse } from '../errors.ts';
import { TIMEOUT_MS } from './fetch-json.ts';
import { unavailable } from './unavailable.ts';

/**
 * What `read` finds in the tokens that a code was exchanged for. A code that the provider has looked at and refused
 * is `oauth_code_invalid`; every other failure is `identity_provider_unavailable`.
 */
export async function redeemCode<T>(exchange: Promise<OAuth2Tokens>, read: (tokens: OAuth2Tokens) => T): Promise<T> {
  let tokens: OAuth2Tokens;
  try {
    tokens = await withinTimeout(exchange);
  } catch (error) {
    throw refusesCode(error) ? refuse('oauth_code_invalid', { cause: error }) : unavailable(error);
  }
  try {
    return read(tokens);
  } catch (error) {
    // Some refuse a code with status 200.
    throw refuse('oauth_code_invalid', { cause: error });
  }
}

/** `OAuth2RequestError` says so properly; a 400 or 401 in words of the provider's own says so too. */
function refusesCode(error: unknown): boolean {
  if (error instanceof OAuth2RequestError) return true;
  const known = error instanceof UnexpectedResponseError || error instanceof UnexpectedErrorResponseBodyError;
  return known && (error.status === 400 || error.status === 401);
}

/** arctic's requests take no signal. */
async function withinTimeout<T>(work: Promise<T>): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(new Error('The token endpoint did not answer in time.')), TIMEOUT_MS);
  return Promise.race([work, promise]).finally(() => clearTimeout(timer));
}
