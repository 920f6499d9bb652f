import { join } from 'node:path';
import { answerFile } from './answer-file.ts';
import type { AppContext } from './exchange.ts';

const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  'img-src data:',
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

const FOLDER = join(import.meta.dirname, '..', 'sign-in');

/**
 * A small page for trying accounts: at `/sign-in`, and where the links of mails lead while the store is its own
 * storefront. A shop has pages of its own, so production has no use for it.
 */
export function mountSignInPage(
  serveGet: (path: string, handler: (c: AppContext) => Response | Promise<Response>) => void,
): void {
  const serve = (path: string, file: string, contentType: string): void => {
    const headers = {
      'content-type': `${contentType}; charset=utf-8`,
      'content-security-policy': PAGE_POLICY,
      'cache-control': 'no-cache',
    };
    serveGet(path, (c) => answerFile(c, join(FOLDER, file), headers));
  };
  serve('/sign-in', 'page.html', 'text/html');
  serve('/sign-in/page.css', 'page.css', 'text/css');
  serve('/sign-in/page.js', 'page.js', 'text/javascript');
  serve('/account/:action', 'page.html', 'text/html');
}
