import { makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { Events, type MutableToken, OAuth2Server } from 'oauth2-mock-server';
import type { createApp } from '../src/app.ts';

type App = ReturnType<typeof createApp>;

/** Where a browser stands that has left for the provider and was sent back at once. */
export interface Left {
  /** Where the provider sent it: the address of the callback. */
  callback: URL;
  /** The `Cookie` header that binds it. */
  cookie: string;
  authorization: URL;
  setCookie: string;
}

/** An OpenID Connect provider in this process, which vouches for whoever `claims` describes. */
export class LocalProvider {
  readonly server = new OAuth2Server();
  claims: Record<string, unknown> = {};
  #sequence = 0;

  async start(): Promise<void> {
    await this.server.issuer.keys.generate('RS256');
    await this.server.start(undefined, 'localhost');
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  get issuer(): string {
    return this.server.issuer.url ?? '';
  }

  get settings(): Record<string, string> {
    return { OIDC_ISSUER: this.issuer, OIDC_CLIENT_ID: 'cartwright', OIDC_CLIENT_SECRET: 'client-secret' };
  }

  /** Forgets what a test wanted, and has somebody new to vouch for. */
  reset(): void {
    this.server.service.removeAllListeners();
    this.#sequence += 1;
    const email = `person${this.#sequence}@example.com`;
    this.claims = { sub: `subject-${this.#sequence}`, email, email_verified: true, name: 'Ada' };
    this.server.service.on(Events.BeforeTokenSigning, ({ payload }: MutableToken) => {
      Object.assign(payload, this.claims);
    });
  }

  async runtime(env: Record<string, string> = {}): Promise<TestRuntime> {
    const runtime = await makeTestRuntime({ env: { ...this.settings, ...env } });
    // The provider lives in real time.
    runtime.clock.set(new Date());
    return runtime;
  }

  /** Leaves through `app` for the provider, which sends the browser back at once. */
  async leave(app: App, query = ''): Promise<Left> {
    const response = await app.request(`/auth/oidc${query}`);
    if (response.status !== 302) throw new Error(`Did not leave: ${response.status} ${await response.text()}`);
    return this.visit(response);
  }

  /** Follows the redirection of an app to the provider, and the provider's back to it. */
  async visit(response: Response, change: (authorization: URL) => void = () => {}): Promise<Left> {
    const authorization = new URL(response.headers.get('location') ?? '');
    change(authorization);
    const setCookie = response.headers.get('set-cookie') ?? '';
    const back = await fetch(authorization, { redirect: 'manual' });
    if (back.status !== 302) throw new Error(`The provider did not send the browser back: ${back.status}`);
    const callback = new URL(back.headers.get('location') ?? '');
    return { callback, cookie: setCookie.split(';')[0] ?? '', authorization, setCookie };
  }
}

/** Opens the callback in the browser that has `cookie`. */
export function comeBack(app: App, { callback, cookie }: Pick<Left, 'callback' | 'cookie'>): Promise<Response> {
  return Promise.resolve(app.request(`${callback.pathname}${callback.search}`, { headers: { cookie } }));
}

export async function problemOf(response: Response): Promise<{ status: number; code: string }> {
  const type = response.headers.get('content-type');
  if (type !== 'application/problem+json') throw new Error(`Not a problem: ${response.status} ${type}`);
  const { code } = (await response.json()) as { code: string };
  return { status: response.status, code };
}
