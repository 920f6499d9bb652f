import { createTRPCClient, type TRPCClient } from '@trpc/client';
import { resilientLink, transportLink } from './links.ts';
import { type RetryOptions, retryPolicy } from './retry.ts';
import type { AppRouter, RouterInputs, RouterOutputs } from './router-types.ts';
import type { Proof, ProofMethod } from './second-factor.ts';
import { memoryStore, type ProvenAnswer, Session, type TokenStore, type Tokens } from './session.ts';
import { jsonOnly } from './unexpected-response.ts';

/**
 * Settings of {@link createCartwrightClient}; only `url` is needed.
 *
 * @example
 * ```ts
 * import type { CartwrightClientOptions } from '@cartwright/client';
 *
 * const options: CartwrightClientOptions = {
 *   url: 'https://shop.example',
 *   headers: { 'Accept-Language': 'de' },
 *   onTokens: (tokens) => console.log(tokens ? 'logged in' : 'logged out'),
 * };
 * ```
 */
export interface CartwrightClientOptions {
  /** Where the store answers, without `/trpc`: `https://shop.example`. */
  url: string;
  /** Used instead of the platform's. */
  fetch?: typeof globalThis.fetch;
  /** The session to go on with, or a place that keeps it; in memory unless said. */
  tokens?: TokenStore | Tokens;
  /** Told of every login, refresh and end of the session. */
  onTokens?: (tokens: Tokens | undefined) => void;
  /** For programs without a person: logs in by itself when there is no session, or it has ended. */
  credentials?: { email: string; password: string };
  /** For programs instead of a session: a key that staff made. Nothing is logged in, renewed or proven with it. */
  apiKey?: string;
  /**
   * Asked when a call is refused because the log-in was too long ago for what it does (`step_up_required`): the proof
   * is sent and the call repeated. Answer undefined to let the refusal through.
   */
  onStepUp?: (methods: ProofMethod[]) => Promise<Proof | undefined>;
  /** A guest's cart: the token that creating it answered. */
  cartToken?: string;
  /** A guest's order: the token that checkout answered. */
  orderToken?: string;
  /** Sent with every request. */
  headers?: Record<string, string> | (() => Record<string, string> | Promise<Record<string, string>>);
  retry?: RetryOptions;
}

type User = RouterOutputs['auth']['login']['user'];

/**
 * What the client does besides calling procedures.
 *
 * @example
 * ```ts
 * import { createCartwrightClient } from '@cartwright/client';
 *
 * const client = createCartwrightClient({ url: 'http://localhost:3000' });
 * const user = await client.login({ email: 'ann@example.com', password: 'correct horse battery' });
 * const { items } = await client.order.list.query({ limit: 5 });
 * console.log(user.email, items.map((order) => order.number));
 * await client.logout();
 * ```
 */
export interface ClientConveniences {
  /** Logs in and keeps the tokens for every later call. Answers the user. */
  login(input: Omit<RouterInputs['auth']['login'], 'session'>): Promise<User>;
  /** Proves the second factor of a log-in that was refused for want of it, and keeps the tokens. Answers the user. */
  completeLogin(input: Omit<RouterInputs['secondFactor']['complete'], 'session'>): Promise<User>;
  /** Proves again who is logged in, for what is dangerous, and keeps the access token that says so. */
  stepUp(proof: Proof): Promise<void>;
  /** Ends the session here and on the server; here even when the server cannot be reached. */
  logout(): Promise<void>;
  /** Sends this `Cart-Token` from now on; nothing for none. */
  setCartToken(token: string | null | undefined): void;
  /** Sends this `Order-Token` from now on; nothing for none. */
  setOrderToken(token: string | null | undefined): void;
}

/**
 * The client: every procedure as `client.<router>.<procedure>.query(input)` or `.mutate(input)`, and its conveniences.
 *
 * @example
 * ```ts
 * import type { CartwrightClient } from '@cartwright/client';
 *
 * const titles = async (client: CartwrightClient): Promise<string[]> => {
 *   const { items } = await client.catalog.products.query({ currency: 'EUR', limit: 10 });
 *   return items.map((item) => item.title);
 * };
 * ```
 */
export type CartwrightClient = TRPCClient<AppRouter> & ClientConveniences;

/**
 * Makes a client of one store. It batches queries, sends an `Idempotency-Key` with every mutation, repeats what may be
 * repeated, and renews its access token before it expires or when the server refuses it.
 *
 * @example
 * ```ts
 * import { createCartwrightClient } from '@cartwright/client';
 *
 * const client = createCartwrightClient({ url: 'http://localhost:3000' });
 *
 * const { items } = await client.catalog.products.query({ currency: 'EUR', limit: 1 });
 * const product = await client.catalog.product.query({ slug: items[0]?.slug ?? '', currency: 'EUR' });
 * const variantId = product.variants[0]?.id ?? '';
 *
 * const cart = await client.cart.create.mutate({ currency: 'EUR', items: [{ variantId, quantity: 1 }] });
 * client.setCartToken(cart.token);
 * console.log(cart.totals);
 * ```
 */
export function createCartwrightClient(options: CartwrightClientOptions): CartwrightClient {
  let { cartToken, orderToken } = options;
  const { apiKey } = options;
  if (apiKey !== undefined && (options.credentials ?? options.tokens) !== undefined) {
    throw new TypeError('Give an API key, or what a session is made of, not both.');
  }
  const policy = retryPolicy(options.retry);
  const transport = transportLink({
    url: `${options.url.replace(/(?<!\/)\/+$/, '')}/trpc`,
    fetch: jsonOnly(options.fetch ?? ((input, init) => globalThis.fetch(input, init))),
    headers: async () => ({
      ...(typeof options.headers === 'function' ? await options.headers() : options.headers),
      ...(apiKey !== undefined && { authorization: `Bearer ${apiKey}` }),
      ...(cartToken !== undefined && { 'cart-token': cartToken }),
      ...(orderToken !== undefined && { 'order-token': orderToken }),
    }),
  });
  // Logging in and refreshing must not wait for the session that they make.
  const { auth, secondFactor } = createTRPCClient<AppRouter>({ links: [resilientLink(policy), transport] });
  const { credentials, onStepUp } = options;
  const session = new Session({
    store: storeOf(options.tokens),
    onTokens: options.onTokens,
    refresh: (refreshToken) => auth.refresh.mutate({ refreshToken }),
    logIn: credentials && (() => auth.login.mutate(credentials)),
    proveAgain: onStepUp && (() => proveAgain(procedures, onStepUp)),
  });
  const procedures = createTRPCClient<AppRouter>({
    links: [resilientLink(policy, apiKey === undefined ? session : undefined), transport],
  });
  const conveniences: ClientConveniences = {
    async login(input) {
      assertNoApiKey(apiKey);
      const answer = await auth.login.mutate(input);
      await session.keep(answer);
      return answer.user;
    },
    async completeLogin(input) {
      assertNoApiKey(apiKey);
      const answer = await secondFactor.complete.mutate(input);
      await session.keep(answer);
      return answer.user;
    },
    async stepUp(proof) {
      assertNoApiKey(apiKey);
      await session.keepProven(await procedures.secondFactor.stepUp.mutate(proof));
    },
    async logout() {
      const tokens = await session.settled();
      if (tokens === undefined) return;
      try {
        await auth.logout.mutate({ refreshToken: tokens.refreshToken });
      } finally {
        await session.forget();
      }
    },
    setCartToken: (token) => {
      cartToken = token ?? undefined;
    },
    setOrderToken: (token) => {
      orderToken = token ?? undefined;
    },
  };
  return withConveniences(procedures, conveniences);
}

function assertNoApiKey(apiKey: string | undefined): void {
  if (apiKey !== undefined) throw new TypeError('A client with an API key has no session.');
}

/** Sends the proof that the program gets from its person; undefined when it gets none. */
async function proveAgain(
  procedures: TRPCClient<AppRouter>,
  ask: NonNullable<CartwrightClientOptions['onStepUp']>,
): Promise<ProvenAnswer | undefined> {
  const { totp, passkeys, recoveryCodesLeft } = await procedures.secondFactor.list.query();
  const methods: ProofMethod[] = [];
  if (totp !== null) methods.push('totp');
  if (passkeys.length > 0) methods.push('passkey');
  // Recovery codes stand in for a factor; without one it is the password that proves.
  if (methods.length === 0) methods.push('password');
  else if (recoveryCodesLeft > 0) methods.push('recovery_code');
  const proof = await ask(methods);
  return proof && procedures.secondFactor.stepUp.mutate(proof);
}

function storeOf(tokens: TokenStore | Tokens | undefined): TokenStore {
  return tokens !== undefined && 'get' in tokens ? tokens : memoryStore(tokens);
}

/** tRPC's client is a proxy without own properties, so ours are looked up before it. */
function withConveniences(procedures: TRPCClient<AppRouter>, conveniences: ClientConveniences): CartwrightClient {
  return new Proxy(procedures, {
    get: (target, key) =>
      Object.hasOwn(conveniences, key) ? Reflect.get(conveniences, key) : Reflect.get(target, key),
  }) as CartwrightClient;
}
