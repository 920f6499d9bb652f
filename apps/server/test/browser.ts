import superjson from 'superjson';
import type { createApp } from '../src/index.ts';

type Json = Record<string, unknown>;

/** An answer as either face gave it. */
export interface Answer {
  status: number;
  /** The output, or the problem. */
  body: Json;
  headers: Headers;
}

export interface Call {
  method?: string;
  input?: object;
  headers?: Record<string, string>;
}

/** A browser on a page of `origin`: keeps cookies, and says where its requests come from. */
export class Browser {
  readonly cookies = new Map<string, string>();
  readonly #app: ReturnType<typeof createApp>;
  readonly #origin: string;

  constructor(app: ReturnType<typeof createApp>, origin: string) {
    this.#app = app;
    this.#origin = origin;
  }

  /** Calls over REST. */
  rest(path: string, { method = 'POST', input, headers }: Call = {}): Promise<Answer> {
    const body = input === undefined ? undefined : JSON.stringify(input);
    return this.#send(path, { method, ...(body !== undefined && { body }), headers: { ...headers } });
  }

  /** Calls `auth.login` and the like over tRPC; GET for a query. */
  async trpc(procedure: string, { method = 'POST', input, headers }: Call = {}): Promise<Answer> {
    const serialized = JSON.stringify(superjson.serialize(input));
    const query = method === 'GET' ? `?input=${encodeURIComponent(serialized)}` : '';
    const init = { method, ...(method !== 'GET' && { body: serialized }), headers: { ...headers } };
    const answer = await this.#send(`/trpc/${procedure}${query}`, init);
    const { result, error } = answer.body as { result?: { data: Json }; error?: { json: { data: Json } } };
    const body = error ? error.json.data['problem'] : (superjson.deserialize(result?.data as never) ?? {});
    return { ...answer, body: body as Json };
  }

  async #send(path: string, init: { method: string; body?: string; headers: Record<string, string> }): Promise<Answer> {
    const cookie = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await this.#app.request(path, {
      ...init,
      headers: {
        'content-type': 'application/json',
        ...(init.method !== 'GET' && { origin: this.#origin }),
        ...(cookie !== '' && { cookie }),
        ...init.headers,
      },
    });
    for (const text of response.headers.getSetCookie()) this.#keep(text);
    const text = await response.text();
    return { status: response.status, body: text === '' ? {} : JSON.parse(text), headers: response.headers };
  }

  #keep(setCookie: string): void {
    const [pair = ''] = setCookie.split(';');
    const name = pair.slice(0, pair.indexOf('='));
    if (/; Max-Age=0(;|$)/.test(setCookie)) this.cookies.delete(name);
    else this.cookies.set(name, pair.slice(name.length + 1));
  }
}
