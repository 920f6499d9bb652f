import type { Config } from '../../runtime/config.ts';
import { refuse } from './errors.ts';

const MAX_LENGTH = 500;
// What a browser and we could read differently is refused before anybody reads it.
const PLAIN = /^[!-[\]-~]+$/;
const PATH_OR_URL = /^(\/(?!\/)|https?:\/\/)/i;

/**
 * Where the browser may be sent after a sign-in, as a whole URL: a path is one of the storefront, a URL must be of
 * the storefront's origin or of our own. Throws `return_to_invalid`.
 */
export function resolveReturnTo(
  returnTo: string,
  { storefrontUrl, publicUrl }: Pick<Config, 'storefrontUrl' | 'publicUrl'>,
): string {
  const isPlain = returnTo.length <= MAX_LENGTH && PLAIN.test(returnTo) && PATH_OR_URL.test(returnTo);
  const url = isPlain ? URL.parse(returnTo, storefrontUrl) : null;
  const origins = [new URL(storefrontUrl).origin, new URL(publicUrl).origin];
  if (url === null || !origins.includes(url.origin) || url.username !== '' || url.password !== '') {
    throw refuse('return_to_invalid');
  }
  // The fragment is ours to write.
  url.hash = '';
  return url.href;
}
