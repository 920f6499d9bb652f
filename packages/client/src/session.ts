import { problemOf } from './problem.ts';

/**
 * A session: a short-lived access token and the refresh token that renews it.
 *
 * @example
 * ```ts
 * import { createCartwrightClient, type Tokens } from '@cartwright/client';
 *
 * const saved: Tokens = { accessToken: '…', refreshToken: '…', expiresAt: Date.now() + 300_000 };
 * const client = createCartwrightClient({ url: 'http://localhost:3000', tokens: saved });
 * ```
 */
export interface Tokens {
  accessToken: string;
  refreshToken: string;
  /** When the access token expires, in milliseconds since 1970 by this machine's clock. */
  expiresAt: number;
}

/**
 * Where tokens are kept. `get` is asked again right before a refresh, so several tabs or processes that share
 * a store take over each other's tokens instead of spending the refresh token twice.
 *
 * @example
 * ```ts
 * import { createCartwrightClient, type TokenStore } from '@cartwright/client';
 *
 * const kept = new Map<string, string>();
 * const store: TokenStore = {
 *   get: () => JSON.parse(kept.get('session') ?? 'null') ?? undefined,
 *   set: (tokens) => void (tokens ? kept.set('session', JSON.stringify(tokens)) : kept.delete('session')),
 * };
 * const client = createCartwrightClient({ url: 'http://localhost:3000', tokens: store });
 * ```
 */
export interface TokenStore {
  get(): Tokens | undefined | Promise<Tokens | undefined>;
  set(tokens: Tokens | undefined): void | Promise<void>;
}

/** What logging in and refreshing answer, as far as a session cares. */
export interface TokenAnswer {
  /** Null, like the refresh token, when the browser was given cookies instead. */
  accessToken: string | null;
  refreshToken: string | null;
  /** Seconds. */
  expiresIn: number;
}

/** What proving again who is logged in answers; the refresh token stays. */
export type ProvenAnswer = Pick<TokenAnswer, 'accessToken' | 'expiresIn'>;

export interface SessionOptions {
  store: TokenStore;
  onTokens: ((tokens: Tokens | undefined) => void) | undefined;
  refresh: (refreshToken: string) => Promise<TokenAnswer>;
  /** Opens a session when there is none, for programs that hold credentials. */
  logIn: (() => Promise<TokenAnswer>) | undefined;
  /** Proves again who is logged in, where somebody is there to do so. */
  proveAgain: (() => Promise<ProvenAnswer | undefined>) | undefined;
}

/** A token that expires during the call would cost a second round trip. */
const RENEW_BEFORE_MS = 20_000;

/** Hands out access tokens and renews them, once for all calls that wait. */
export class Session {
  readonly #options: SessionOptions;
  #renewing: Promise<string | undefined> | undefined;
  #proving: Promise<string | undefined> | undefined;

  constructor(options: SessionOptions) {
    this.#options = options;
  }

  /** The access token to send, renewed when it is about to expire; undefined for a guest. */
  async accessToken(): Promise<string | undefined> {
    const tokens = await this.#options.store.get();
    if (tokens === undefined) return this.#options.logIn && this.renew(undefined);
    return isFresh(tokens) ? tokens.accessToken : this.renew(tokens.accessToken);
  }

  /**
   * Another access token than the `rejected` one. Undefined when there is no session to renew; throws the refresh's
   * error otherwise, and forgets the session when the server has ended it.
   */
  renew(rejected: string | undefined): Promise<string | undefined> {
    this.#renewing ??= this.#renew(rejected).finally(() => {
      this.#renewing = undefined;
    });
    return this.#renewing;
  }

  async #renew(rejected: string | undefined): Promise<string | undefined> {
    const { store, refresh, logIn } = this.#options;
    const tokens = await store.get();
    if (tokens !== undefined && tokens.accessToken !== rejected && isFresh(tokens)) return tokens.accessToken;
    if (tokens !== undefined) {
      try {
        return await this.keep(await refresh(tokens.refreshToken));
      } catch (error) {
        if (problemOf(error)?.status !== 401) throw error;
        const now = await store.get();
        // Another process has refreshed meanwhile; its tokens must survive our failure.
        if (now !== undefined && now.refreshToken !== tokens.refreshToken) return now.accessToken;
        await this.forget();
        if (logIn === undefined) throw error;
      }
    }
    return logIn === undefined ? undefined : this.keep(await logIn());
  }

  /** Keeps the tokens of an answer and returns the access token. */
  async keep(answer: TokenAnswer): Promise<string> {
    const { accessToken, refreshToken, expiresIn } = answer;
    if (accessToken === null || refreshToken === null) throw new TypeError('The session was given to the browser.');
    await this.#set({ accessToken, refreshToken, expiresAt: Date.now() + expiresIn * 1000 });
    return accessToken;
  }

  /** Keeps the access token of a proof in the place of the one before, and returns it. */
  async keepProven({ accessToken, expiresIn }: ProvenAnswer): Promise<string> {
    const tokens = await this.#options.store.get();
    if (accessToken === null || tokens === undefined) throw new TypeError('There is no session to keep the proof in.');
    await this.#set({ ...tokens, accessToken, expiresAt: Date.now() + expiresIn * 1000 });
    return accessToken;
  }

  /** An access token that says its owner was proven just now, once for all calls that wait; undefined without one. */
  proveAgain(): Promise<string | undefined> {
    this.#proving ??= this.#proveAgain().finally(() => {
      this.#proving = undefined;
    });
    return this.#proving;
  }

  async #proveAgain(): Promise<string | undefined> {
    const proven = await this.#options.proveAgain?.();
    return proven && this.keepProven(proven);
  }

  async forget(): Promise<void> {
    await this.#set(undefined);
  }

  /** The kept tokens, after a refresh that is on its way. */
  async settled(): Promise<Tokens | undefined> {
    await this.#renewing?.catch(() => undefined);
    return this.#options.store.get();
  }

  async #set(tokens: Tokens | undefined): Promise<void> {
    await this.#options.store.set(tokens);
    this.#options.onTokens?.(tokens);
  }
}

function isFresh(tokens: Tokens): boolean {
  return tokens.expiresAt - Date.now() > RENEW_BEFORE_MS;
}

/** A store for one page or process. */
export function memoryStore(initial: Tokens | undefined): TokenStore {
  let tokens = initial;
  return {
    get: () => tokens,
    set: (next) => {
      tokens = next;
    },
  };
}
