import { generateKeyPairSync } from 'node:crypto';
import { OAuth2Server } from 'oauth2-mock-server';
import { vi } from 'vitest';

type Claims = Record<string, unknown>;
export type Answer = (request: Request) => Response | Promise<Response>;

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });

/** Settings that switch every named provider on. */
export const NAMED_SETTINGS: Record<string, string> = {
  PUBLIC_URL: 'https://shop.example',
  GOOGLE_CLIENT_ID: '407408718192.apps.googleusercontent.com',
  GOOGLE_CLIENT_SECRET: 'GOCSPX-secret',
  GITHUB_CLIENT_ID: 'Iv1.8a61f9b3a7aba766',
  GITHUB_CLIENT_SECRET: 'github-secret',
  MICROSOFT_CLIENT_ID: '6731de76-14a6-49ae-97bc-6eba6914391e',
  MICROSOFT_CLIENT_SECRET: 'microsoft-secret',
  APPLE_CLIENT_ID: 'example.shop.web',
  APPLE_TEAM_ID: 'DEF123GHIJ',
  APPLE_KEY_ID: 'ABC123DEFG',
  APPLE_PRIVATE_KEY: String(privateKey.export({ format: 'pem', type: 'pkcs8' })).replaceAll('\n', '\\n'),
  FACEBOOK_CLIENT_ID: '1234567890123456',
  FACEBOOK_CLIENT_SECRET: 'facebook-secret',
};

export const json = (body: unknown, status = 200): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json; charset=utf-8' } });

/** The hosts of the named providers, at the layer of `fetch`. What no test has said is not there. */
export class NamedProviders {
  /** By `METHOD https://host/path`. */
  readonly answers = new Map<string, Answer>();
  /** What was asked, in order. */
  readonly asked: { url: URL; headers: Headers; form: URLSearchParams }[] = [];
  readonly #signer = new OAuth2Server().issuer;

  async start(): Promise<void> {
    await this.#signer.keys.generate('RS256', { kid: 'key-of-the-day' });
  }

  /** Forgets what a test has said. */
  reset(): void {
    this.answers.clear();
    this.asked.length = 0;
    vi.stubGlobal('fetch', async (input: string | URL | Request, init?: RequestInit) => {
      const request = new Request(input, init);
      const url = new URL(request.url);
      const form = new URLSearchParams(await request.clone().text());
      this.asked.push({ url, headers: request.headers, form });
      const answer = this.answers.get(`${request.method} ${url.origin}${url.pathname}`);
      if (answer === undefined) throw new TypeError('fetch failed');
      return answer(request);
    });
  }

  /** An id token of `claims`, signed by the key that {@link keys} publishes. */
  idToken(claims: Claims): Promise<string> {
    this.#signer.url = String(claims['iss']);
    return this.#signer.buildToken({ scopesOrTransform: (_header, payload) => Object.assign(payload, claims) });
  }

  /** The answer with the key set; `more` is added to each key. */
  keys(more: object = {}): Answer {
    return () => json({ keys: this.#signer.keys.toJSON().map((key) => ({ ...key, use: 'sig', ...more })) });
  }
}
