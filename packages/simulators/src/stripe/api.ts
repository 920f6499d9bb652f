import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Engine, Outcome } from './engine.ts';
import { ApiError, internalError, invalidRequest } from './errors.ts';
import type { Faults, RequestFault } from './faults.ts';
import { canonicalForm, type FormNode, parseForm } from './form.ts';
import type { SeenRequest, StoredAnswer } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { StripeEvent } from './objects.ts';
import { matchRoute, type Route } from './routes.ts';
import type { Transaction } from './transaction.ts';

/** A request under `/v1`, its body read. */
export interface ApiCall {
  readonly method: string;
  readonly path: string;
  readonly query: string;
  readonly body: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
}

type Headers = { readonly [name: string]: string };

/** An answer, or none at all; `events` are sent once it is out. */
export interface ApiAnswer {
  readonly hang: boolean;
  readonly status: number;
  readonly headers: Headers;
  readonly body: string;
  readonly events: readonly StripeEvent[];
}

/** What the API works on. */
export interface ApiSettings {
  readonly engine: Engine;
  readonly ledger: Ledger;
  readonly faults: () => Faults;
  readonly secretKey: string;
  readonly publishableKey: string;
  readonly nowSeconds: () => number;
  readonly requestId: () => string;
}

interface Accepted {
  readonly requestId: string;
  readonly call: ApiCall;
  readonly key: string | null;
  readonly fault: RequestFault | undefined;
}

interface Prepared {
  readonly fingerprint: string;
  readonly run: (tx: Transaction) => object;
}

function headerText(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}

function presentedKey(authorization: string | undefined): string | undefined {
  const [scheme = '', credentials = ''] = (authorization ?? '').split(' ');
  if (scheme.toLowerCase() === 'bearer') return credentials;
  if (scheme.toLowerCase() !== 'basic') return undefined;
  return Buffer.from(credentials, 'base64').toString('utf8').split(':')[0];
}

function unauthorized(message: string, code?: string): ApiError {
  return new ApiError(401, { type: 'invalid_request_error', message, ...(code === undefined ? {} : { code }) });
}

function keyInUse(key: string): ApiError {
  return new ApiError(409, {
    type: 'invalid_request_error',
    code: 'idempotency_key_in_use',
    message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}. Please try again later.`,
  });
}

function keyReused(stored: StoredAnswer, path: string): ApiError {
  const message =
    stored.path === path
      ? `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${stored.key}' if you meant to execute a different request.`
      : `Keys for idempotent requests can only be used for the same endpoint they were first used for ('${path}' vs '${stored.path}'). Try using a key other than '${stored.key}' if you meant to execute a different request.`;
  return new ApiError(400, { type: 'idempotency_error', message });
}

/** Authenticates, applies faults and idempotency, and runs the endpoint. */
export class Api {
  readonly #settings: ApiSettings;
  readonly #inFlight = new Set<string>();

  constructor(settings: ApiSettings) {
    this.#settings = settings;
  }

  /** Answers a call; never throws. */
  async handle(call: ApiCall): Promise<ApiAnswer> {
    const requestId = this.#settings.requestId();
    const key = call.method === 'POST' ? (headerText(call.headers['idempotency-key']) ?? null) : null;
    const bare: Accepted = { requestId, call, key, fault: undefined };
    try {
      const publishable = this.#authenticate(call);
      const found = matchRoute(call.method, call.path);
      if (found === undefined) {
        throw new ApiError(404, {
          type: 'invalid_request_error',
          message: `Unrecognized request URL (${call.method}: ${call.path.slice(0, 200)}). Please see https://stripe.com/docs.`,
        });
      }
      const fault = call.method === 'POST' ? this.#settings.faults().ofRequest() : undefined;
      const accepted: Accepted = { ...bare, fault };
      if (fault === 'timeoutBefore') return this.#hang(accepted);
      if (fault === 'error500Before') return this.#refuse(accepted, internalError(), 'true');
      return await this.#keyed(accepted, found.route, () => this.#prepare(call, found, publishable));
    } catch (error) {
      if (error instanceof ApiError) return this.#refuse(bare, error);
      console.error(error);
      return this.#refuse(bare, internalError());
    }
  }

  /** Answers a request that could not even be read. */
  refuseUnread(call: ApiCall, error: ApiError): ApiAnswer {
    return this.#refuse({ requestId: this.#settings.requestId(), call, key: null, fault: undefined }, error);
  }

  #authenticate(call: ApiCall): 'publishable' | 'secret' {
    const presented = presentedKey(headerText(call.headers['authorization']));
    if (presented === this.#settings.secretKey) return 'secret';
    if (presented === this.#settings.publishableKey) return 'publishable';
    if (presented === undefined || presented === '') {
      throw unauthorized(
        "You did not provide an API key. You need to provide your API key in the Authorization header, using Bearer auth (e.g. 'Authorization: Bearer YOUR_SECRET_KEY').",
      );
    }
    throw unauthorized(`Invalid API Key provided: ${presented.slice(0, 8)}***`);
  }

  #prepare(call: ApiCall, found: { route: Route; id: string }, caller: 'publishable' | 'secret'): Prepared {
    if (call.body !== '' && !(headerText(call.headers['content-type']) ?? '').startsWith('application/x-www-form-')) {
      throw invalidRequest('Invalid request: the body must be application/x-www-form-urlencoded.');
    }
    const form = parseForm(call.method === 'GET' ? call.query : call.body);
    if (caller === 'publishable') this.#requireClientSecret(found, form);
    return {
      fingerprint: createHash('sha256')
        .update(`${call.method} ${call.path} ${canonicalForm(form)}`)
        .digest('hex'),
      run: found.route.prepare(form, found.id),
    };
  }

  #requireClientSecret({ route, id }: { route: Route; id: string }, form: FormNode): void {
    if (!route.publishable) {
      throw unauthorized(
        'This API call cannot be made with a publishable API key. Please use a secret API key.',
        'secret_key_required',
      );
    }
    const intent = this.#settings.ledger.find('payment_intent', id);
    if (intent !== undefined && form['client_secret'] === intent.client_secret) return;
    throw invalidRequest(
      'The client_secret provided does not match any associated PaymentIntent on this account. Ensure the publishable key used belongs to the same account that created the PaymentIntent.',
      { code: 'payment_intent_invalid_parameter', param: 'client_secret' },
    );
  }

  async #keyed(accepted: Accepted, route: Route, prepare: () => Prepared): Promise<ApiAnswer> {
    const { key, call } = accepted;
    if (key === null || route.method === 'GET') return this.#execute(accepted, prepare());
    if (key === '' || key.length > 255) {
      throw invalidRequest('Idempotency keys must be 1 to 255 characters long.');
    }
    if (this.#inFlight.has(key)) throw keyInUse(key);
    const prepared = prepare();
    const stored = this.#settings.ledger.answer(key, this.#settings.nowSeconds());
    if (stored !== undefined) {
      if (stored.fingerprint !== prepared.fingerprint) throw keyReused(stored, call.path);
      return this.#replay(accepted, stored);
    }
    this.#inFlight.add(key);
    try {
      return await this.#execute(accepted, prepared);
    } finally {
      this.#inFlight.delete(key);
    }
  }

  async #execute(accepted: Accepted, prepared: Prepared): Promise<ApiAnswer> {
    const latencyMs = this.#settings.faults().milliseconds('latencyMs', 0);
    if (latencyMs > 0) await sleep(latencyMs);
    const { requestId, key, fault, call } = accepted;
    let answer = { status: 500, body: '' };
    const { events } = this.#settings.engine.perform({
      cause: { requestId, idempotencyKey: key },
      run: prepared.run,
      record: (outcome) => {
        answer =
          fault === 'error500After'
            ? render({ ok: false, error: internalError() }, requestId)
            : render(outcome, requestId);
        const request = this.#seen(accepted, fault === 'timeoutAfter' ? null : answer.status, false);
        if (key === null) return { request };
        const { fingerprint } = prepared;
        return {
          request,
          answer: { key, fingerprint, path: call.path, createdAt: this.#settings.nowSeconds(), ...answer },
        };
      },
    });
    const final: Headers = fault === 'error500After' ? { 'stripe-should-retry': 'false' } : {};
    const headers = this.#headers(accepted, final);
    return { hang: fault === 'timeoutAfter', ...answer, headers, events };
  }

  #replay(accepted: Accepted, stored: StoredAnswer): ApiAnswer {
    const hang = accepted.fault === 'timeoutAfter';
    this.#settings.ledger.commit({ request: this.#seen(accepted, hang ? null : stored.status, true) });
    const final: Headers = stored.status >= 500 ? { 'stripe-should-retry': 'false' } : {};
    const headers = this.#headers(accepted, { 'idempotent-replayed': 'true', ...final });
    return { hang, status: stored.status, headers, body: stored.body, events: [] };
  }

  #hang(accepted: Accepted): ApiAnswer {
    this.#settings.ledger.commit({ request: this.#seen(accepted, null, false) });
    return { hang: true, status: 0, headers: {}, body: '', events: [] };
  }

  #refuse(accepted: Accepted, error: ApiError, shouldRetry?: string): ApiAnswer {
    this.#settings.ledger.commit({ request: this.#seen(accepted, error.status, false) });
    const retry: Headers = shouldRetry === undefined ? {} : { 'stripe-should-retry': shouldRetry };
    const answer = render({ ok: false, error }, accepted.requestId);
    return { hang: false, ...answer, headers: this.#headers(accepted, retry), events: [] };
  }

  #headers({ requestId, key, call }: Accepted, more: Headers): Headers {
    const version = headerText(call.headers['stripe-version']);
    return {
      'content-type': 'application/json',
      'request-id': requestId,
      ...(key === null ? {} : { 'idempotency-key': key }),
      ...(version === undefined ? {} : { 'stripe-version': version }),
      ...more,
    };
  }

  #seen({ requestId, call, key, fault }: Accepted, status: number | null, replayed: boolean): SeenRequest {
    return {
      id: requestId,
      at: this.#settings.nowSeconds(),
      method: call.method,
      path: call.path.slice(0, 500),
      idempotencyKey: key,
      status,
      replayed,
      fault: fault ?? null,
    };
  }
}

function render(outcome: Outcome, requestId: string): { status: number; body: string } {
  if (outcome.ok) return { status: 200, body: JSON.stringify(outcome.value) };
  return { status: outcome.error.status, body: JSON.stringify(outcome.error.document(requestId)) };
}
