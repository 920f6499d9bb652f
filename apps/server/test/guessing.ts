import { makeTestRuntime, type TestRuntime } from '@cartwright/api/testing';
import { querySql } from '@cartwright/db/testing';
import superjson from 'superjson';
import { createApp } from '../src/index.ts';

/** What the guesser sends with a request, and from where. */
export interface From {
  /** The address of the socket. */
  address: string;
  headers?: Record<string, string>;
  /** The address that a proxy of ours has written; the request then goes to a server that trusts one proxy. */
  proxied?: string;
}

export interface Credentials {
  email: string;
  password: string;
}

/** A store at its default limits, whose passwords cost nothing and are counted when they are looked at. */
export interface GuessedStore {
  runtime: TestRuntime;
  /** How many passwords were looked at since the last `reset()`, of everybody or of one account. */
  looked(email?: string): number;
  reset(): void;
  addAccount(email: string): Promise<Credentials>;
  send(method: string, path: string, from: From & { body?: string }): Promise<Response>;
  logIn(credentials: Credentials, from: From): Promise<Response>;
  /** Several log-ins in one tRPC request. */
  logInBatch(credentials: readonly Credentials[], from: From): Promise<Response>;
  /** An address that nobody has used. */
  freshAddress(): string;
}

export async function openGuessedStore(env: Record<string, string> = {}): Promise<GuessedStore> {
  let looked: string[] = [];
  const passwords = {
    hash: async (password: string) => `plain:${password}`,
    verify: async (hash: string | undefined, password: string, admit?: () => Promise<void>) => {
      await admit?.();
      looked.push(hash ?? 'nobody');
      await new Promise(setImmediate);
      return hash === `plain:${password}`;
    },
    needsRehash: () => false,
  };
  const runtime = await makeTestRuntime({ env, overrides: { passwords } });
  const direct = createApp(runtime);
  const proxied = createApp({ ...runtime, config: { ...runtime.config, trustedProxies: 1 } });
  const secretOf = (email: string) => `the secret of ${email}`;
  let sequence = 0;

  const send: GuessedStore['send'] = async (method, path, from) => {
    const headers = new Headers({ 'content-type': 'application/json', ...from.headers });
    if (from.proxied !== undefined) headers.append('x-forwarded-for', from.proxied);
    const app = from.proxied === undefined ? direct : proxied;
    const init = { method, headers, ...(from.body !== undefined && { body: from.body }) };
    return app.request(path, init, { incoming: { socket: { remoteAddress: from.address } } });
  };
  return {
    runtime,
    looked: (email) => (email === undefined ? looked : looked.filter((hash) => hash.endsWith(secretOf(email)))).length,
    reset() {
      looked = [];
    },
    async addAccount(email) {
      await querySql(
        runtime.databaseUrl,
        `insert into users (id, email, password_hash, created_at, updated_at) values (gen_random_uuid(), $1, $2, now(), now())`,
        [email, `plain:${secretOf(email)}`],
      );
      return { email, password: secretOf(email) };
    },
    send,
    logIn: (credentials, from) => send('POST', '/v1/auth/login', { ...from, body: JSON.stringify(credentials) }),
    logInBatch(credentials, from) {
      const calls = credentials.map(() => 'auth.login').join(',');
      const body = JSON.stringify({ ...credentials.map((each) => superjson.serialize(each)) });
      return send('POST', `/trpc/${calls}?batch=1`, { ...from, body });
    },
    freshAddress() {
      sequence += 1;
      return `10.${sequence >> 16}.${(sequence >> 8) & 255}.${sequence & 255}`;
    },
  };
}
