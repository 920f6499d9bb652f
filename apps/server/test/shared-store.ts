import { closeRuntime, createRuntime, type Runtime } from '@cartwright/api';
import { administrator, makeTestRuntime, silentLog, type TestRuntime } from '@cartwright/api/testing';
import { querySql } from '@cartwright/db/testing';
import { createApp } from '../src/index.ts';
import { fillStore, STAFF_ID } from './filled-store.ts';

export interface Process {
  get(path: string, headers?: Record<string, string>): Promise<Response>;
  head(path: string): Promise<Response>;
  /** The JSON of a GET. */
  read(path: string): Promise<Record<string, unknown>>;
  send(method: string, path: string, body?: object, headers?: Record<string, string>): Promise<Record<string, unknown>>;
  takeStatements(): string[];
  close(): Promise<void>;
}

export const STAFF = { authorization: 'Bearer staff' };

/** One store that several processes serve, each with connections and a memory of its own. */
export class SharedStore {
  readonly runtime: TestRuntime;
  known: Readonly<Record<string, unknown>> = {};
  readonly #processes: Process[] = [];

  private constructor(runtime: TestRuntime) {
    this.runtime = runtime;
  }

  static async open(): Promise<SharedStore> {
    const store = new SharedStore(await makeTestRuntime());
    const { known } = await fillStore(appOf(store.runtime), store.runtime);
    store.known = known;
    return store;
  }

  async process(env: { redisUrl?: string; catalogCacheMs?: number } = {}): Promise<Process> {
    let statements: string[] = [];
    const { clock, mailer, config } = this.runtime;
    const runtime = await createRuntime(
      { ...config, ...env },
      { log: silentLog, onStatement: (sql) => void statements.push(sql), overrides: { clock, mailer } },
    );
    const app = appOf(runtime);
    const send: Process['send'] = async (method, path, body, headers = {}) => {
      const init = { method, headers: { 'content-type': 'application/json', ...headers } };
      const response = await app.request(path, body ? { ...init, body: JSON.stringify(body) } : init);
      return JSON.parse(await response.text());
    };
    const started: Process = {
      get: async (path, headers = {}) => app.request(path, { headers }),
      head: async (path) => app.request(path, { method: 'HEAD' }),
      read: (path) => send('GET', path),
      send,
      takeStatements() {
        const taken = statements;
        statements = [];
        return taken;
      },
      close: () => closeRuntime(runtime),
    };
    this.#processes.push(started);
    return started;
  }

  /** As an operator would, past every process. */
  run(sql: string): Promise<unknown> {
    return querySql(this.runtime.databaseUrl, sql);
  }

  /** Cuts the connections on which processes hear of changes. */
  async deafen(): Promise<void> {
    await this.run(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'cartwright changes' and datname = current_database()`);
  }

  async close(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.close()));
    await this.runtime.dispose();
  }
}

function appOf(runtime: Runtime): ReturnType<typeof createApp> {
  const verify = async () => administrator(STAFF_ID);
  return createApp({ ...runtime, accessTokens: { ...runtime.accessTokens, verify } });
}
