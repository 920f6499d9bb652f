import { describe, expect, it, vi } from 'vitest';
import { type CartwrightClientOptions, createCartwrightClient } from './client.ts';
import { isCartwrightError, problemKind, problemOf } from './problem.ts';
import { isNetworkError } from './retry.ts';
import { loginChallengeOf } from './second-factor.ts';
import type { TokenStore, Tokens } from './session.ts';
import {
  connectionRefused,
  connectionReset,
  createStubStore,
  htmlResponse,
  problemResponse,
} from './testing/stub-store.ts';

const credentials = { email: 'ann@example.com', password: 'correct horse battery' };
const inFiveMinutes = () => Date.now() + 300_000;

function setUp(options: Partial<CartwrightClientOptions> = {}) {
  const store = createStubStore();
  const client = createCartwrightClient({
    url: 'http://store.test/',
    fetch: store.fetch,
    retry: { baseDelayMs: 1 },
    ...options,
  });
  return { store, client };
}

/** A store that another process may write to as well. */
function sharedStore(kept: Tokens | undefined): TokenStore & { kept: Tokens | undefined } {
  return {
    kept,
    get() {
      return this.kept;
    },
    async set(tokens) {
      this.kept = tokens;
    },
  };
}

const products = (client: ReturnType<typeof setUp>['client'], limit = 1) =>
  client.catalog.products.query({ currency: 'EUR', limit });

const caught = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => expect.unreachable('it must be refused'),
    (error: unknown) => error,
  );

describe('requests', () => {
  it('sends the queries of one moment in one request', async () => {
    const { store, client } = setUp();
    const answers = await Promise.all([products(client, 1), products(client, 2), products(client, 3)]);
    expect(store.seen.map((each) => each.paths.length)).toEqual([3]);
    expect(answers).toMatchObject([{ input: { limit: 1 } }, { input: { limit: 2 } }, { input: { limit: 3 } }]);
    expect(answers[0]).toHaveProperty('at', new Date(0));
  });

  it('never puts more than 20 calls into a batch', async () => {
    const { store, client } = setUp();
    await Promise.all(Array.from({ length: 25 }, (_, i) => products(client, i + 1)));
    expect(store.seen.map((each) => each.paths.length)).toEqual([20, 5]);
  });

  it('splits a batch whose URL would be too long', async () => {
    const { store, client } = setUp();
    const slug = 'x'.repeat(1500);
    await Promise.all([1, 2, 3].map(() => client.catalog.product.query({ slug, currency: 'EUR' })));
    expect(store.seen.map((each) => each.paths.length)).toEqual([2, 1]);
  });

  it('sends each mutation alone with a key of its own', async () => {
    const { store, client } = setUp();
    const send = () => client.catalog.importBatch.mutate({ jobId: 'j', batch: 0, firstRow: 1, rows: [] });
    await Promise.all([send(), send()]);
    const keys = store.seen.map((each) => each.headers.get('idempotency-key'));
    expect(store.seen.map((each) => each.paths)).toEqual([['catalog.importBatch'], ['catalog.importBatch']]);
    expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[1]).toMatch(/^[0-9a-f]{32}$/);
    expect(keys[0]).not.toBe(keys[1]);
  });

  it('sends no key with queries, and the one that a call names', async () => {
    const { store, client } = setUp();
    await products(client);
    await client.auth.logout.mutate({ refreshToken: 'r' }, { context: { idempotencyKey: 'mine' } });
    expect(store.seen.map((each) => each.headers.get('idempotency-key'))).toEqual([null, 'mine']);
  });

  it('sends the capabilities it holds, and those of one call without mixing it with others', async () => {
    const { store, client } = setUp({ cartToken: 'cart-1', headers: { 'X-Shop': 'a' } });
    await products(client);
    client.setCartToken('cart-2');
    client.setOrderToken('order-1');
    const own = client.catalog.products.query({ currency: 'EUR' }, { context: { cartToken: 'cart-3' } });
    await Promise.all([products(client), own]);
    client.setCartToken(undefined);
    client.setOrderToken(undefined);
    await products(client);
    const sent = store.seen.map(({ headers }) => [headers.get('cart-token'), headers.get('order-token')]);
    expect(sent[0]).toEqual(['cart-1', null]);
    expect(sent.slice(1, 3).sort()).toEqual([
      ['cart-2', 'order-1'],
      ['cart-3', 'order-1'],
    ]);
    expect(sent[3]).toEqual([null, null]);
    expect(store.seen.every(({ headers }) => headers.get('x-shop') === 'a')).toBe(true);
  });

  it('asks a function for headers each time', async () => {
    let language = 'de';
    const { store, client } = setUp({ headers: () => ({ 'accept-language': language }) });
    await products(client);
    language = 'en';
    await products(client);
    expect(store.seen.map(({ headers }) => headers.get('accept-language'))).toEqual(['de', 'en']);
  });

  it('is no promise, so that it can be returned from async functions', async () => {
    const { client } = setUp();
    expect(await Promise.resolve(client)).toBe(client);
  });
});

describe('session', () => {
  it('keeps the tokens of a login and sends the access token from then on', async () => {
    const heard: (Tokens | undefined)[] = [];
    const { store, client } = setUp({ onTokens: (tokens) => heard.push(tokens) });
    expect(await client.login(credentials)).toEqual({ email: 'ann@example.com' });
    expect(await client.auth.me.query()).toEqual({ email: 'ann@example.com' });
    expect(store.seen[1]?.headers.get('authorization')).toBe('Bearer access-1');
    expect(heard).toEqual([{ accessToken: 'access-1', refreshToken: 'refresh-1', expiresAt: expect.any(Number) }]);
    expect(heard[0]?.expiresAt).toBeGreaterThan(Date.now() + 290_000);
  });

  it('leaves a refused login to the caller and keeps what it had', async () => {
    const { store, client } = setUp();
    await client.login(credentials);
    const error = await caught(client.login({ ...credentials, password: 'wrong' }));
    expect(problemOf(error)?.code).toBe('unauthenticated');
    await client.auth.me.query();
    expect(store.state.refreshes).toBe(0);
  });

  it('renews a token that is about to expire, once for all calls that wait', async () => {
    const tokens = { accessToken: 'access-0', refreshToken: 'refresh-0', expiresAt: Date.now() + 5_000 };
    const { store, client } = setUp({ tokens });
    await Promise.all([client.auth.me.query(), client.auth.me.query(), products(client)]);
    expect(store.state.refreshes).toBe(1);
    expect(store.seen.map((each) => each.paths.length)).toEqual([1, 3]);
    expect(store.seen[0]?.headers.has('authorization')).toBe(false);
    expect(store.seen[1]?.headers.get('authorization')).toBe('Bearer access-1');
  });

  it('renews on 401 and repeats the call, once for all calls that were refused', async () => {
    const { store, client } = setUp();
    await client.login(credentials);
    store.expireAccess();
    await Promise.all([client.auth.me.query(), client.auth.me.query()]);
    expect(store.state.refreshes).toBe(1);
    expect(store.seen.at(-1)?.headers.get('authorization')).toBe('Bearer access-2');
  });

  it('surfaces the second 401 instead of refreshing for ever', async () => {
    const { store, client } = setUp();
    await client.login(credentials);
    const refused = () => problemResponse({ status: 401, code: 'unauthenticated' }, 1);
    const refreshPasses = () => undefined;
    store.fail(refused, refreshPasses, refused);
    expect(problemOf(await caught(client.auth.me.query()))?.status).toBe(401);
    expect(store.state.refreshes).toBe(1);
  });

  it('a refused refresh clears the session, says so and surfaces the 401', async () => {
    const heard: (Tokens | undefined)[] = [];
    const { store, client } = setUp({ onTokens: (tokens) => heard.push(tokens) });
    await client.login(credentials);
    store.endSession();
    expect(problemOf(await caught(client.auth.me.query()))?.status).toBe(401);
    expect(heard.at(-1)).toBeUndefined();
    await products(client);
    expect(store.seen.at(-1)?.headers.has('authorization')).toBe(false);
  });

  it('a refresh that met no server keeps the session', async () => {
    const tokens = { accessToken: 'access-0', refreshToken: 'refresh-0', expiresAt: 0 };
    const { store, client } = setUp({ tokens, retry: { attempts: 1 } });
    store.fail(connectionReset);
    expect(isNetworkError(await caught(client.auth.me.query()))).toBe(true);
    await client.auth.me.query();
    expect(store.state.refreshes).toBe(1);
  });

  it('takes over the tokens that another process has stored instead of refreshing', async () => {
    const shared = sharedStore(undefined);
    const { store, client } = setUp({ tokens: shared });
    await client.login(credentials);
    store.state.generation = 7;
    store.state.valid = 7;
    store.fail(() => {
      shared.kept = { accessToken: 'access-7', refreshToken: 'refresh-7', expiresAt: inFiveMinutes() };
      return problemResponse({ status: 401, code: 'unauthenticated' }, 1);
    });
    await client.auth.me.query();
    expect(store.state.refreshes).toBe(0);
    expect(store.seen.at(-1)?.headers.get('authorization')).toBe('Bearer access-7');
  });

  it('does not clear what another process has refreshed meanwhile', async () => {
    const shared = sharedStore({ accessToken: 'access-1', refreshToken: 'refresh-1', expiresAt: 0 });
    const { store, client } = setUp({ tokens: shared });
    store.state.generation = 2;
    store.state.valid = 2;
    const successor = { accessToken: 'access-2', refreshToken: 'refresh-2', expiresAt: inFiveMinutes() };
    store.fail(() => {
      shared.kept = successor;
      return problemResponse({ status: 401, code: 'unauthenticated' });
    });
    await client.auth.me.query();
    expect(shared.kept).toEqual(successor);
  });

  it('logs out on the server with its refresh token and forgets it, even when the server is gone', async () => {
    const { store, client } = setUp({ retry: { attempts: 1 } });
    await client.login(credentials);
    await client.logout();
    expect(store.state.loggedOut).toEqual([{ refreshToken: 'refresh-1' }]);
    await client.logout();
    expect(store.state.loggedOut).toHaveLength(1);
    await client.login(credentials);
    store.fail(connectionRefused);
    expect(isNetworkError(await caught(client.logout()))).toBe(true);
    await products(client);
    expect(store.seen.at(-1)?.headers.has('authorization')).toBe(false);
  });

  it('with credentials it logs in by itself, once, and again when the session has ended', async () => {
    const { store, client } = setUp({ credentials });
    await Promise.all([client.auth.me.query(), client.auth.me.query()]);
    expect(store.state.logins).toBe(1);
    store.endSession();
    await client.auth.me.query();
    expect(store.state.logins).toBe(2);
  });
});

describe('an API key', () => {
  it('goes with every request, queries and mutations, over what the headers say', async () => {
    const { store, client } = setUp({ apiKey: 'cw_key', headers: { authorization: 'Bearer another' } });
    await products(client);
    await client.auth.register.mutate({ email: 'a@example.com', password: 'long enough' });
    expect(store.seen.map(({ headers }) => headers.get('authorization'))).toEqual(['Bearer cw_key', 'Bearer cw_key']);
  });

  it('that is refused is the caller’s to see, at once: nothing is renewed or asked', async () => {
    const onStepUp = vi.fn();
    const { store, client } = setUp({ apiKey: 'cw_revoked', onStepUp });
    expect(problemOf(await caught(client.auth.me.query()))).toMatchObject({ status: 401, code: 'unauthenticated' });
    expect(store.seen).toHaveLength(1);
    expect(store.state).toMatchObject({ refreshes: 0, logins: 0 });
    expect(onStepUp).not.toHaveBeenCalled();
  });

  it('has no session beside it', async () => {
    expect(() => setUp({ apiKey: 'cw_key', credentials })).toThrow(TypeError);
    const { store, client } = setUp({ apiKey: 'cw_key' });
    await expect(client.login(credentials)).rejects.toThrow(TypeError);
    await expect(client.stepUp({ password: 'x' })).rejects.toThrow(TypeError);
    await client.logout();
    expect(store.seen).toEqual([]);
  });
});

describe('repeating', () => {
  const importOne = (client: ReturnType<typeof setUp>['client']) =>
    client.catalog.importBatch.mutate({ jobId: 'j', batch: 0, firstRow: 1, rows: [] });
  const registerOne = (client: ReturnType<typeof setUp>['client']) => client.auth.register.mutate(credentials);

  it('repeats a query that met no server, and gives up after the last try', async () => {
    const { store, client } = setUp({ retry: { attempts: 3, baseDelayMs: 1 } });
    store.fail(connectionReset, connectionRefused);
    await products(client);
    expect(store.seen).toHaveLength(3);
    store.fail(connectionReset, connectionReset, connectionReset);
    expect(isNetworkError(await caught(products(client)))).toBe(true);
    expect(store.seen).toHaveLength(6);
  });

  it('repeats a mutation that the server recognises, with the same key', async () => {
    const { store, client } = setUp();
    store.fail(connectionReset, () => problemResponse({ status: 503, code: 'database_unavailable' }));
    await importOne(client);
    const keys = store.seen.map((each) => each.headers.get('idempotency-key'));
    expect(keys).toHaveLength(3);
    expect(new Set(keys).size).toBe(1);
  });

  it('waits out its own first try when that is still at work', async () => {
    const { store, client } = setUp();
    const inFlight = { status: 409, code: 'idempotency_in_flight', retryAfterSeconds: 0.001 };
    store.fail(connectionReset, () => problemResponse(inFlight));
    await importOne(client);
    expect(store.seen).toHaveLength(3);
    store.fail(() => problemResponse(inFlight));
    expect(problemOf(await caught(importOne(client)))?.code).toBe('idempotency_in_flight');
  });

  it('never repeats another mutation that may have arrived, but one that was not sent', async () => {
    const { store, client } = setUp();
    store.fail(connectionReset);
    await caught(registerOne(client));
    expect(store.seen).toHaveLength(1);
    store.fail(() => htmlResponse(502));
    await caught(registerOne(client));
    expect(store.seen).toHaveLength(2);
    store.fail(connectionRefused);
    await registerOne(client);
    expect(store.seen).toHaveLength(4);
  });

  it('waits as long as the server asks, unless that is too long', async () => {
    const { store, client } = setUp({ retry: { maxDelayMs: 500 } });
    store.fail(() => htmlResponse(503, { 'retry-after': '0.05' }));
    const startedAt = performance.now();
    await products(client);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(49);
    store.fail(() => problemResponse({ status: 503, code: 'database_unavailable', retryAfterSeconds: 1 }, 1));
    expect(problemOf(await caught(products(client)))?.code).toBe('database_unavailable');
    expect(store.seen).toHaveLength(3);
  });

  it('says what answered when it is not Cartwright', async () => {
    const { store, client } = setUp();
    store.fail(() => htmlResponse(404));
    const error = await caught(products(client));
    expect((error as Error).message).toMatch(/answered 404 \(text\/html\), not Cartwright's API/);
    expect(isNetworkError(error)).toBe(false);
    expect(store.seen).toHaveLength(1);
  });

  it('does not repeat a refusal', async () => {
    const { store, client } = setUp();
    store.fail(() => problemResponse({ status: 409, code: 'state_conflict' }, 1));
    expect(problemOf(await caught(products(client)))?.code).toBe('state_conflict');
    expect(store.seen).toHaveLength(1);
  });

  it('stops waiting when the caller aborts', async () => {
    const { store, client } = setUp({ retry: { baseDelayMs: 60_000, maxDelayMs: 60_000 } });
    store.fail(connectionReset);
    const abort = new AbortController();
    const call = caught(client.catalog.products.query({ currency: 'EUR' }, { signal: abort.signal }));
    await vi.waitFor(() => expect(store.seen).toHaveLength(1));
    abort.abort();
    expect(await call).toBeInstanceOf(Error);
    expect(store.seen).toHaveLength(1);
  });
});

describe('problems', () => {
  it('narrows only errors that the server answered', async () => {
    const { store, client } = setUp({ retry: { attempts: 1 } });
    store.fail(() => problemResponse({ status: 404, code: 'not_found' }, 1), connectionReset);
    const refused = await caught(products(client));
    expect(isCartwrightError(refused) && refused.data.problem.code).toBe('not_found');
    expect(isCartwrightError(await caught(products(client)))).toBe(false);
    for (const other of [new Error('x'), Object.assign(new Error('x'), { data: { problem: 'no' } }), 'x', undefined]) {
      expect(problemOf(other)).toBeUndefined();
      expect(isNetworkError(other)).toBe(false);
    }
  });

  it('sorts by status', () => {
    expect(problemKind({ status: 404 })).toBe('not_found');
    expect(problemKind({ status: 599 })).toBe('bug');
  });
});

describe('a second factor', () => {
  const asked = async (client: ReturnType<typeof setUp>['client']) =>
    loginChallengeOf(await caught(client.login({ ...credentials, password: 'first of two' })));

  it('is asked for by a typed challenge, and completes the log-in', async () => {
    const { store, client } = setUp();
    expect(await asked(client)).toEqual({ challenge: 'challenge-1', methods: ['totp', 'recovery_code'] });
    await caught(client.auth.me.query());
    expect(await client.completeLogin({ challenge: 'challenge-1', code: '123456' })).toEqual({
      email: 'ann@example.com',
    });
    await client.auth.me.query();
    expect(store.seen.at(-1)?.headers.get('authorization')).toBe('Bearer access-1');
  });

  it('is no other refusal', async () => {
    const { client } = setUp();
    expect(loginChallengeOf(await caught(client.login({ ...credentials, password: 'wrong' })))).toBeUndefined();
    expect(loginChallengeOf(new Error('second_factor_required'))).toBeUndefined();
  });

  it('that is wrong is not sent twice, and costs no refresh', async () => {
    const { store, client } = setUp();
    await client.login(credentials);
    const error = await caught(client.stepUp({ code: '000000' }));
    expect(problemOf(error)?.code).toBe('second_factor_invalid');
    expect([store.state.stepUps, store.state.refreshes]).toEqual([1, 0]);
  });
});

describe('what is dangerous', () => {
  it('is refused where nobody is there to prove who it is', async () => {
    const { store, client } = setUp();
    await client.login(credentials);
    const error = await caught(client.secondFactor.beginTotp.mutate());
    expect(problemOf(error)?.code).toBe('step_up_required');
    expect([store.state.stepUps, store.state.refreshes]).toEqual([0, 0]);
  });

  it('asks once for all calls that wait, repeats them, and keeps the session', async () => {
    const kept = sharedStore(undefined);
    const onStepUp = vi.fn(async () => ({ code: '123456' }));
    const { store, client } = setUp({ tokens: kept, onStepUp });
    await client.login(credentials);
    const answers = await Promise.all([client.secondFactor.beginTotp.mutate(), client.secondFactor.beginTotp.mutate()]);
    expect(answers.map(({ secret }) => secret)).toEqual(['ABC', 'ABC']);
    expect(onStepUp.mock.calls).toEqual([[['totp', 'recovery_code']]]);
    expect(store.state.stepUps).toBe(1);
    expect(kept.kept).toMatchObject({ accessToken: 'access-2', refreshToken: 'refresh-1' });
    await client.secondFactor.beginTotp.mutate();
    expect(onStepUp).toHaveBeenCalledTimes(1);
  });

  it('asks for the password of an account without a second factor', async () => {
    const onStepUp = vi.fn(async () => undefined);
    const { store, client } = setUp({ onStepUp });
    store.state.factors = { required: false, totp: null, passkeys: [], recoveryCodesLeft: 0 };
    await client.login(credentials);
    const error = await caught(client.secondFactor.beginTotp.mutate());
    expect(problemOf(error)?.code).toBe('step_up_required');
    expect(onStepUp.mock.calls).toEqual([[['password']]]);
  });

  it('is proven by hand as well', async () => {
    const { client } = setUp();
    await client.login(credentials);
    await client.stepUp({ code: '123456' });
    expect((await client.secondFactor.beginTotp.mutate()).secret).toBe('ABC');
  });
});
