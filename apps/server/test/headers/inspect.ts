import type { createApp } from '../../src/index.ts';

type App = Pick<ReturnType<typeof createApp>, 'request'>;

/** What is known of the store that answers. */
export interface Store {
  https: boolean;
  /** Other origins whose pages may call. */
  origins: readonly string[];
}

/** Where an answer may be kept by others, and how. */
const KEPT: readonly [RegExp, RegExp][] = [
  [/^\/\.well-known\/jwks\.json$/, /^public, max-age=300$/],
  [/^\/media\//, /^public, max-age=(31536000, immutable|300|60)$/],
  [/^\/docs\//, /^no-cache$/],
  [
    /^\/(v1\/(brands|categories|collections|locales|products|search)\b|trpc\/(catalog|review|search)\.[a-z]+$)/,
    /^public, max-age=0, s-maxage=1, stale-while-revalidate=5$/,
  ],
];
/** What an error tells of the inside: files, lines, statements, hosts. */
const INSIDE =
  /\n\s+at \S|node_modules|file:\/\/|\.[cm]?[jt]s:\d+|\/(packages|apps|home|root|work|tmp)\/|\b(select|insert into|update|delete from)\b.+\b(from|values|set|where)\b|ECONN|postgres|hunter2|undefined is not|is not a function|Cannot read/i;

/** Everything that is wrong with an answer. */
export function faultsOf(store: Store, request: Request, response: Response, body: string): string[] {
  const { headers, status } = response;
  const { pathname } = new URL(request.url);
  const faults: string[] = [];
  const wants = (right: boolean, fault: string) => {
    if (!right) faults.push(fault);
  };
  const get = (name: string) => headers.get(name) ?? '';

  wants(get('x-content-type-options') === 'nosniff', 'no nosniff');
  wants(get('referrer-policy') === 'no-referrer', 'no referrer-policy');
  wants(/^default-src 'none'/.test(get('content-security-policy')), 'no content-security-policy');
  wants(/frame-ancestors 'none'/.test(get('content-security-policy')), 'may be framed');
  wants(!/script-src[^;]*(unsafe|data:|\*|http)/.test(get('content-security-policy')), 'runs any script');
  wants(/^max-age=31536000/.test(get('strict-transport-security')) === store.https, 'HSTS');
  for (const name of ['x-powered-by', 'server', 'x-aspnet-version']) wants(!headers.has(name), `says ${name}`);
  const keeping = status < 400 ? KEPT.find(([path]) => path.test(pathname))?.[1] : undefined;
  const kept = get('cache-control');
  const isKnown = ['authorization', 'cookie', 'cart-token'].some((name) => request.headers.has(name));
  const mayBeKept = keeping?.test(kept) === true && !(isKnown && /^\/(v1|trpc)\//.test(pathname));
  wants(/^(private, )?no-store$/.test(kept) || mayBeKept, `cache-control: ${kept}`);
  wants(/^[\w.:-]{1,64}$/.test(get('x-request-id')), 'no x-request-id');

  faults.push(...crossOriginFaults(store, request, headers), ...cookieFaults(store, headers));
  if (status < 400 || body === '') return faults;
  const isTrpc = pathname.startsWith('/trpc/');
  wants(get('content-type').startsWith(isTrpc ? 'application/json' : 'application/problem+json'), 'no problem');
  wants(!INSIDE.test(body), `tells of the inside: ${INSIDE.exec(body)?.[0]}`);
  wants(!('stack' in (JSON.parse(body).error?.json?.data ?? JSON.parse(body))), 'has a stack');
  return faults;
}

function crossOriginFaults({ origins }: Store, request: Request, headers: Headers): string[] {
  const origin = request.headers.get('origin');
  const allowed = origin !== null && origins.includes(origin);
  const faults: string[] = [];
  const said = headers.get('access-control-allow-origin');
  if (said !== (allowed ? origin : null)) faults.push(`lets ${said} read what ${origin} asks for`);
  const credentials = headers.get('access-control-allow-credentials');
  if (credentials !== (allowed ? 'true' : null)) faults.push(`credentials ${credentials} for ${origin}`);
  const varies = (headers.get('vary') ?? '').split(/, */).includes('origin');
  if (origins.length > 0 && !varies) faults.push('the same for every origin');
  return faults;
}

function cookieFaults({ https }: Store, headers: Headers): string[] {
  return headers.getSetCookie().flatMap((text) => {
    const [pair = '', ...attributes] = text.split('; ');
    const wanted = ['Path=/', 'HttpOnly', ...(https ? ['Secure'] : [])];
    const faults = wanted.filter((attribute) => !attributes.includes(attribute)).map((each) => `${pair} lacks ${each}`);
    if (pair.startsWith('__Host-') !== https) faults.push(`${pair} is called so`);
    if (!attributes.includes('SameSite=Lax')) faults.push(`${pair} is sent by other sites`);
    if (attributes.some((attribute) => attribute.startsWith('Domain'))) faults.push(`${pair} has a domain`);
    return faults;
  });
}

/** An app whose every answer is looked at; what is wrong is kept. */
export class InspectedApp {
  readonly faults = new Set<string>();
  /** How many answers were looked at. */
  answers = 0;
  readonly #app: App;
  readonly #store: Store;

  constructor(app: App, store: Store) {
    this.#app = app;
    this.#store = store;
  }

  /** As Hono's: everything that calls an app calls this one too. */
  request = async (path: string, init?: RequestInit): Promise<Response> => {
    const request = new Request(new URL(path, 'http://localhost'), { redirect: 'manual', ...init });
    const response = await this.#app.request(path, init);
    const body = await response.clone().text();
    this.answers += 1;
    const what = `${request.method} ${path.split('?')[0]} ${response.status}`;
    for (const fault of faultsOf(this.#store, request, response, body)) this.faults.add(`${what}: ${fault}`);
    return response;
  };
}
