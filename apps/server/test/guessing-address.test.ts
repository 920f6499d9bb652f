import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Credentials, type From, type GuessedStore, openGuessedStore } from './guessing.ts';

/** Tries of somebody at one address to guess more than ten passwords in a quarter of an hour, at the default limits. */
let store: GuessedStore;
let accounts: Credentials[];
let own: Credentials;
beforeAll(async () => {
  store = await openGuessedStore();
  accounts = await Promise.all(Array.from({ length: 40 }, (_, n) => store.addAccount(`person${n}@example.com`)));
  own = await store.addAccount('mallory@example.com');
});
afterAll(() => store.runtime.dispose());

/** More than ten, and with twenty to a batch fewer than the 300 requests of a minute. */
const TRIES = 14;
type Guess = (n: number, here: From) => Promise<unknown>;

const emailOf = (n: number): string => accounts[n % accounts.length]?.email ?? '';
const wrong = (n: number): Credentials => ({ email: emailOf(n), password: `wrong ${n}` });
const guess = (n: number, here: From, headers: Record<string, string>) => store.logIn(wrong(n), { ...here, headers });
/** Somewhere else, for every `n`. */
const liar = (n: number): string => `203.0.113.${n}`;
const claim =
  (header: string, value: (n: number) => string = liar): Guess =>
  (n, here) =>
    guess(n, here, { [header]: value(n) });

const claims: Record<string, Guess> = {
  'X-Forwarded-For, which nobody is trusted to write': claim('x-forwarded-for'),
  'X-Forwarded-For of many hops': claim('x-forwarded-for', (n) => `${liar(n)}, ${liar(n + 1)}, 127.0.0.1`),
  Forwarded: claim('forwarded', (n) => `for=${liar(n)};proto=https`),
  'X-Real-IP': claim('x-real-ip'),
  'True-Client-IP': claim('true-client-ip'),
  'CF-Connecting-IP': claim('cf-connecting-ip'),
  'X-Client-IP': claim('x-client-ip'),
  'X-Cluster-Client-IP': claim('x-cluster-client-ip'),
  'X-Originating-IP and X-Remote-Addr': (n, here) =>
    guess(n, here, { 'x-originating-ip': liar(n), 'x-remote-addr': liar(n), 'x-forwarded': liar(n), via: liar(n) }),
  'a new User-Agent, language and request id': (n, here) =>
    guess(n, here, { 'user-agent': `browser ${n}`, 'accept-language': `x-${n}`, 'x-request-id': `id-${n}` }),
  'a new Host': claim('host', (n) => `shop${n}.example.com`),
  'a new Idempotency-Key': claim('idempotency-key', (n) => `key-${n}`),
  'one Idempotency-Key': claim('idempotency-key', () => 'key'),
  'entries of its own before the one that our proxy writes': (n, here) =>
    store.logIn(wrong(n), { ...here, proxied: here.address, headers: { 'x-forwarded-for': liar(n) } }),
  'a new port behind our proxy': (n, here) =>
    store.logIn(wrong(n), { ...here, proxied: `${here.address}:${4000 + n}` }),
  'empty and broken entries behind our proxy': (n, here) =>
    store.logIn(wrong(n), { ...here, proxied: here.address, headers: { 'x-forwarded-for': `${' ,'.repeat(n)}"[::` } }),
};

const addresses: Record<string, Guess> = {
  'all addresses of its /64': (n, here) => store.logIn(wrong(n), { ...here, address: `2001:db8:5:5::${n}:${n}` }),
  'spellings of one IPv6 address': (n, here) => {
    const spellings = ['2001:db8:6:6::1', '2001:DB8:6:6:0:0:0:1', '2001:0db8:0006:0006::0001', '2001:db8:6:6::0.0.0.1'];
    return store.logIn(wrong(n), { ...here, address: spellings[n % spellings.length] ?? '' });
  },
  'zones of one IPv6 address': (n, here) => store.logIn(wrong(n), { ...here, address: `fe80::1%eth${n}` }),
  'IPv4 written as IPv6, in every way': (n, here) => {
    const v4 = '198.51.100.200';
    const spellings = [
      v4,
      `::ffff:${v4}`,
      `::FFFF:${v4}`,
      '::ffff:c633:64c8',
      `0:0:0:0:0:ffff:${v4}`,
      '::0:ffff:c633:64c8',
    ];
    return store.logIn(wrong(n), { ...here, address: spellings[n % spellings.length] ?? '' });
  },
};

const detours: Record<string, Guess> = {
  'a spray of one password over many accounts': (n, here) =>
    store.logIn({ email: emailOf(n), password: 'Spring2026!' }, here),
  'pairs of another shop’s leak': (n, here) =>
    store.logIn({ email: `leaked${n}@example.com`, password: `leaked ${n}` }, here),
  'REST and tRPC by turns': (n, here) =>
    n % 2 === 0 ? store.logIn(wrong(n), here) : store.logInBatch([wrong(n)], here),
  'a tRPC batch of twenty': (n, here) =>
    store.logInBatch(
      Array.from({ length: 20 }, (_, each) => wrong(n * 20 + each)),
      here,
    ),
  'a tRPC batch that is answered as a stream': async (n, here) => {
    const headers = { 'trpc-accept': 'application/jsonl' };
    const response = await store.logInBatch([wrong(n), wrong(n + 1)], { ...here, headers });
    return response.text();
  },
  'its own token': async (n, here) => {
    const login = (await (await store.logIn(own, here)).json()) as { accessToken: string };
    return guess(n, here, { authorization: `Bearer ${login.accessToken}` });
  },
  'a log-in of its own before every guess': async (n, here) => {
    await store.logIn(own, here);
    return store.logIn(wrong(n), here);
  },
  'a log-in of its own beside every guess': (n, here) =>
    Promise.all([store.logIn(own, here), store.logIn(wrong(n), here), store.logIn(own, here)]),
  'a refresh and a log-out between guesses': async (n, here) => {
    const login = (await (await store.logIn(own, here)).json()) as { refreshToken: string };
    const body = JSON.stringify({ refreshToken: login.refreshToken });
    await store.send('POST', '/v1/auth/refresh', { ...here, body });
    await store.send('POST', '/v1/auth/logout', { ...here, body });
    return store.logIn(wrong(n), here);
  },
  'a registration between guesses': async (n, here) => {
    if (n % 10 === 0) {
      const body = JSON.stringify({ email: emailOf(n), password: 'correct horse battery' });
      expect((await store.send('POST', '/v1/auth/register', { ...here, body })).status).toBe(202);
    }
    return store.logIn(wrong(n), here);
  },
  'spellings of the path': async (n, here) => {
    const paths = ['/v1/auth/login', '/v1/auth/login?x=1', '//v1/auth/login', '/v1/auth/login/', '/v1/auth/%6cogin'];
    paths.push('/V1/auth/login', '/v1/auth/./login', '/v1/auth/x/../login', '/v1/auth/login#x', '/trpc/auth.login');
    paths.push('/trpc/auth%2Elogin', '/trpc/auth.login?batch=0', '/trpc//auth.login');
    const body = JSON.stringify(wrong(n));
    for (const path of paths) await store.send('POST', path, { ...here, body });
  },
  'methods and method overrides': async (n, here) => {
    const body = JSON.stringify(wrong(n));
    const headers = { 'x-http-method-override': 'POST', 'x-method-override': 'POST', 'x-http-method': 'POST' };
    for (const method of ['PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
      await store.send(method, '/v1/auth/login?_method=POST', { ...here, body, headers });
    }
    for (const method of ['GET', 'HEAD']) await store.send(method, '/v1/auth/login?_method=POST', { ...here, headers });
    await store.send('GET', `/trpc/auth.login?input=${encodeURIComponent(`{"json":${body}}`)}`, here);
    await store.send('POST', '/v1/auth/login', { ...here, body, headers: { 'x-http-method-override': 'PUT' } });
  },
  'content types and spellings of the body': async (n, here) => {
    const { email, password } = wrong(n);
    const escaped = [...email].map((each) => `\\u00${each.charCodeAt(0).toString(16)}`).join('');
    const bodies = [
      `{"email":"${escaped}","password":"${password}"}`,
      `{"email":"x@example.com","email":"${email}","password":"${password}"}`,
      `\n\t{ "password" : "${password}" , "email" : "${email}" }`,
      `[${JSON.stringify(wrong(n))}]`,
    ];
    const types = ['application/json; charset=utf-8', 'APPLICATION/JSON', 'application/vnd.api+json', 'text/plain'];
    for (const [index, body] of bodies.entries()) {
      const headers = { 'content-type': types[(n + index) % types.length] ?? '' };
      await store.send('POST', '/v1/auth/login', { ...here, body, headers });
    }
  },
};

describe.each(Object.entries({ ...claims, ...addresses, ...detours }))(
  'guessing from one address with %s',
  (_, make) => {
    test.each(['in turn', 'at once'])('%s lets at most ten guesses through', async (how) => {
      store.runtime.clock.advance(900);
      const here = { address: store.freshAddress() };
      store.reset();
      const statuses: number[] = [];
      const one = async (n: number): Promise<void> => {
        const answer = await make(n, here);
        for (const each of [answer].flat()) if (each instanceof Response) statuses.push(each.status);
      };
      if (how === 'in turn') for (let n = 0; n < TRIES; n += 1) await one(n).catch(stopped);
      else await Promise.all(Array.from({ length: TRIES }, (_unused, n) => one(n).catch(stopped)));
      const guessed = store.looked() - store.looked(own.email);
      expect(guessed).toBeLessThanOrEqual(10);
      expect(guessed).toBeGreaterThan(0);
      expect(statuses.filter((status) => status >= 500)).toEqual([]);
      // Nobody else is kept out.
      expect((await store.logIn(accounts[0] as Credentials, { address: store.freshAddress() })).status).toBe(200);
    });
  },
);

function stopped(error: unknown): void {
  // A guesser who is refused has no token to go on with.
  if (!(error instanceof TypeError)) throw error;
}
