import pg from 'pg';

const CHANNEL = 'catalog_changes';
const HEARTBEAT_MS = 500;
/** A connection that says nothing for so long is taken for lost: the bound on how long changes may be missed. */
const SILENCE_MS = 1_000;
const LONGEST_WAIT_MS = 1_000;

export interface ChangeFeedOptions {
  /** `postgres://…`, not through a pooler that changes the session between statements. */
  url: string;
  /**
   * What a transaction has changed, in the order of commits, the same for every listener. `position` names the
   * transaction; there are no tags where a listener only says that it has begun.
   */
  onChange: (position: string, tags: string[]) => void;
  /** From here on nothing is missed. */
  onListening: () => void;
  /** From here on changes are missed, until it is listening again. */
  onLost: () => void;
  onError: (error: Error) => void;
}

export interface ChangeFeed {
  /** Resolves when every change that was committed before the call has been handed on, or the feed is lost. */
  settle(): Promise<void>;
  close(): Promise<void>;
}

/**
 * Listens to what the triggers `announced*` say of what shoppers read, on a connection of its own, and connects anew
 * for as long as it is open.
 */
export function openChangeFeed(options: ChangeFeedOptions): ChangeFeed {
  let current: Listener | undefined;
  let closed = false;
  let failures = 0;
  let timer: NodeJS.Timeout | undefined;
  const connect = async (): Promise<void> => {
    const listener = new Listener(options, () => {
      if (current === listener) current = undefined;
      if (closed) return;
      timer = setTimeout(() => void connect(), Math.min(LONGEST_WAIT_MS, 20 * 2 ** failures));
      timer.unref();
      failures += 1;
    });
    current = listener;
    if (await listener.start()) failures = 0;
  };
  void connect();
  return {
    settle: async () => current?.settle(),
    async close() {
      closed = true;
      clearTimeout(timer);
      await current?.end();
    },
  };
}

/** One connection, from its beginning to its loss. */
class Listener {
  readonly #client: pg.Client;
  readonly #options: ChangeFeedOptions;
  readonly #onEnd: () => void;
  #ended = false;
  #listening = false;
  #heartbeat: NodeJS.Timeout | undefined;
  #asked: Promise<void> | undefined;
  #askedNext: Promise<void> | undefined;

  constructor(options: ChangeFeedOptions, onEnd: () => void) {
    this.#options = options;
    this.#onEnd = onEnd;
    this.#client = new pg.Client({
      connectionString: options.url,
      application_name: 'cartwright changes',
      connectionTimeoutMillis: 5_000,
    });
    this.#client.on('notification', ({ payload = '' }) => this.#hear(payload));
    this.#client.on('error', (error) => this.#lose(error));
    this.#client.on('end', () => this.#lose(undefined));
  }

  async start(): Promise<boolean> {
    try {
      await this.#client.connect();
      await this.#client.query(`listen ${CHANNEL}`);
      // Our own beginning, heard by everybody: a position that others know too. It is there before the answer is.
      await this.#client.query('select announce(null)');
    } catch (error) {
      this.#lose(error as Error);
      return false;
    }
    if (this.#ended) return false;
    this.#listening = true;
    this.#options.onListening();
    this.#heartbeat = setInterval(() => void this.settle(), HEARTBEAT_MS);
    this.#heartbeat.unref();
    return true;
  }

  /**
   * A transaction that has committed has woken us already, and whatever we ask after that is answered with its
   * notification in front. Those who wait while a question is under way share the next one.
   */
  settle(): Promise<void> {
    if (this.#ended || !this.#listening) return Promise.resolve();
    if (this.#asked === undefined) {
      this.#asked = this.#ask().finally(() => {
        this.#asked = undefined;
      });
      return this.#asked;
    }
    this.#askedNext ??= this.#asked.then(() => {
      this.#askedNext = undefined;
      return this.settle();
    });
    return this.#askedNext;
  }

  async #ask(): Promise<void> {
    let silent: NodeJS.Timeout | undefined;
    const silence = new Promise<never>((_, fail) => {
      silent = setTimeout(() => fail(new Error('The connection that listens for changes is silent')), SILENCE_MS);
    });
    try {
      await Promise.race([this.#client.query('select'), silence]);
    } catch (error) {
      this.#lose(error as Error);
    } finally {
      clearTimeout(silent);
    }
  }

  async end(): Promise<void> {
    this.#ended = true;
    clearInterval(this.#heartbeat);
    await this.#client.end().catch(() => undefined);
  }

  #hear(payload: string): void {
    const [position = '', ...tags] = payload.split(' ');
    if (!this.#ended) this.#options.onChange(position, tags);
  }

  #lose(error: Error | undefined): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#heartbeat);
    if (this.#listening) this.#options.onLost();
    if (error) this.#options.onError(error);
    // Not `end()`, which would wait for the other side.
    (this.#client as unknown as { connection: { stream: { destroy(): void } } }).connection.stream.destroy();
    this.#onEnd();
  }
}
