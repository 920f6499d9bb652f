import { createHash } from 'node:crypto';
import { Events, type MutableToken, OAuth2Server } from 'oauth2-mock-server';

export interface LocalProvider {
  issuer: string;
  stop(): Promise<void>;
}

/** Codes that nobody has redeemed; more than that many people never sign in at once on one machine. */
const MAX_CODES = 100;

/**
 * An OpenID Connect provider on this machine's own address. It asks for an address and vouches for it, whoever asks:
 * for development only. `email` is what its page suggests.
 */
export async function startLocalProvider(options: {
  port: number;
  email: string;
  verified: boolean;
}): Promise<LocalProvider> {
  const { email: suggested, verified } = options;
  const server = new OAuth2Server();
  const { service, issuer } = server;
  await issuer.keys.generate('RS256');
  const emails = new Map<string, string>();

  service.addRoute('GET', '/sign-in', ({ url: path = '' }, response) => {
    const { searchParams } = new URL(path, 'http://localhost');
    const to = searchParams.has('decline')
      ? declined(searchParams)
      : searchParams.has('email')
        ? `/authorize?${searchParams}`
        : undefined;
    if (to !== undefined) response.writeHead(302, { location: to }).end();
    else response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(searchParams, suggested));
  });
  service.on(Events.BeforeWellKnownOpenIdConfiguration, ({ body }) => {
    Object.assign(body, { authorization_endpoint: `${issuer.url}/sign-in` });
  });
  service.on(Events.BeforeAuthorizeRedirect, ({ url }: { url: URL }, request: { query: Record<string, string> }) => {
    emails.set(url.searchParams.get('code') ?? '', request.query['email'] ?? suggested);
    for (const code of [...emails.keys()].slice(0, -MAX_CODES)) emails.delete(code);
  });
  service.on(Events.BeforeTokenSigning, ({ payload }: MutableToken, request: { body: { code?: string } }) => {
    const email = emails.get(request.body.code ?? '') ?? suggested;
    // The same person every time, whenever this was started.
    const sub = createHash('sha256').update(email.toLowerCase()).digest('hex').slice(0, 32);
    Object.assign(payload, { sub, email, email_verified: verified, name: email.replace(/@.*/, '') });
  });

  await server.start(options.port, '127.0.0.1');
  issuer.url = `http://127.0.0.1:${server.address().port}`;
  return { issuer: issuer.url, stop: () => server.stop() };
}

function declined(parameters: URLSearchParams): string {
  const to = new URL(parameters.get('redirect_uri') ?? 'about:blank');
  to.searchParams.set('error', 'access_denied');
  to.searchParams.set('state', parameters.get('state') ?? '');
  return to.href;
}

const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);

function page(parameters: URLSearchParams, suggested: string): string {
  const hidden = [...parameters].map(
    ([name, value]) => `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`,
  );
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sign in</title>
<h1>Sign in</h1>
<p>A provider for development: it believes every address.</p>
<form action="/sign-in">
${hidden.join('\n')}
<p><label>Email address <input type="email" name="email" required value="${escaped(suggested)}"></label></p>
<p><button>Sign in</button> <button name="decline" value="1" formnovalidate>Decline</button></p>
</form>
</html>
`;
}
