import { createHmac } from 'node:crypto';
import * as http from 'node:http';
import * as https from 'node:https';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Faults } from './faults.ts';
import type { DeliveryOutcome } from './journal.ts';
import type { Ledger } from './ledger.ts';
import type { StripeEvent } from './objects.ts';

/** How often and how fast a failed delivery is repeated: `firstMs`, doubled up to `maxMs`. */
export interface WebhookRetry {
  readonly firstMs: number;
  readonly maxMs: number;
  readonly attempts: number;
  /** After this the receiver counts as failed. */
  readonly timeoutMs: number;
}

/** What the dispatcher needs. */
export interface WebhookSettings {
  readonly ledger: Ledger;
  readonly url: string | undefined;
  readonly secret: string;
  readonly nowSeconds: () => number;
  readonly faults: () => Faults;
  readonly retry: WebhookRetry;
}

/** The `Stripe-Signature` header for a payload. */
function signatureHeader(payload: string, secret: string, timestamp: number): string {
  const signature = createHmac('sha256', secret).update(`${timestamp}.${payload}`).digest('hex');
  return `t=${timestamp},v1=${signature}`;
}

/** The PaymentIntent an event is about, so that its events go out in their order. */
function subjectOf(event: StripeEvent): string {
  const { object } = event.data;
  return 'payment_intent' in object && typeof object.payment_intent === 'string' ? object.payment_intent : object.id;
}

/** Delivers events, apart from any request, until each is accepted, lost or given up. */
export class WebhookDispatcher {
  readonly #settings: WebhookSettings;
  readonly #stop = new AbortController();
  readonly #agents = { http: new http.Agent({ keepAlive: true }), https: new https.Agent({ keepAlive: true }) };
  readonly #pending = new Set<string>();
  readonly #waiting: (() => void)[] = [];
  readonly #held = new Set<() => void>();
  readonly #lastOfSubject = new Map<string, Promise<void>>();
  #url: string | undefined;

  constructor(settings: WebhookSettings) {
    this.#settings = settings;
    this.#url = settings.url;
  }

  get wanted(): boolean {
    return this.#url !== undefined;
  }

  setUrl(url: string | undefined): void {
    this.#url = url;
  }

  isPending(event: StripeEvent): boolean {
    return this.#pending.has(event.id);
  }

  /** Counts events as pending; `release` sends them. */
  enqueue(events: readonly StripeEvent[]): void {
    for (const event of events) if (event.pending_webhooks > 0) this.#pending.add(event.id);
  }

  /** Starts delivery. Resolves when the first attempt of every event not held back by a fault is over. */
  async release(events: readonly StripeEvent[]): Promise<void> {
    await Promise.all(events.filter(({ id }) => this.#pending.has(id)).map((event) => this.#start(event)));
  }

  /** Resolves when no delivery is pending. */
  flush(): Promise<void> {
    if (this.#pending.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  /** Stops everything; what is pending stays so in the ledger. */
  close(): void {
    this.#stop.abort();
    this.#pending.clear();
    this.#agents.http.destroy();
    this.#agents.https.destroy();
    this.#wake();
  }

  #wake(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }

  #finish(event: StripeEvent, outcome: DeliveryOutcome): void {
    if (this.#stop.signal.aborted) return;
    this.#settings.ledger.commit({ delivery: { event: event.id, outcome } });
    this.#pending.delete(event.id);
    if (this.#pending.size === 0) this.#wake();
  }

  async #start(event: StripeEvent): Promise<void> {
    const faults = this.#settings.faults();
    const lost = faults.strikes('webhookLost');
    const copies = faults.strikes('webhookDuplicate') ? 2 : 1;
    const reordered = faults.strikes('webhookReorder');
    const delayMs = faults.strikes('webhookDelay') ? faults.milliseconds('webhookDelayMs', [0, 1_000]) : 0;
    if (lost) {
      this.#finish(event, 'lost');
      return;
    }
    if (reordered || delayMs > 0) {
      const wait = reordered ? this.#hold(delayMs + (faults.plan.webhookReorderMs ?? 300)) : this.#sleep(delayMs);
      void wait.then(() => this.#deliver(event, copies));
      return;
    }
    const subject = subjectOf(event);
    const before = this.#lastOfSubject.get(subject) ?? Promise.resolve();
    const first = before.then(() => this.#deliver(event, copies));
    this.#lastOfSubject.set(subject, first);
    await first;
    if (this.#lastOfSubject.get(subject) === first) this.#lastOfSubject.delete(subject);
    for (const free of this.#held) free();
  }

  #hold(milliseconds: number): Promise<void> {
    return new Promise((resolve) => {
      const free = () => {
        this.#held.delete(free);
        resolve();
      };
      this.#held.add(free);
      void this.#sleep(milliseconds).then(free);
    });
  }

  /** Resolves after the first attempt; later ones go on by themselves. */
  async #deliver(event: StripeEvent, copies: number): Promise<void> {
    if (await this.#post(event)) await this.#repeat(event, copies - 1);
    else void this.#retry(event, copies);
  }

  async #repeat(event: StripeEvent, copies: number): Promise<void> {
    for (let sent = 0; sent < copies; sent += 1) await this.#post(event);
    this.#finish(event, 'delivered');
  }

  async #retry(event: StripeEvent, copies: number): Promise<void> {
    const { attempts, firstMs, maxMs } = this.#settings.retry;
    for (let attempt = 1; attempt < attempts; attempt += 1) {
      await this.#sleep(Math.min(maxMs, firstMs * 2 ** (attempt - 1)));
      if (this.#stop.signal.aborted) return;
      if (await this.#post(event)) return this.#repeat(event, copies - 1);
    }
    this.#finish(event, 'given_up');
  }

  async #sleep(milliseconds: number): Promise<void> {
    await sleep(milliseconds, undefined, { signal: this.#stop.signal }).catch(() => undefined);
  }

  /** One attempt; true when the receiver answered 2xx. */
  #post(event: StripeEvent): Promise<boolean> {
    const { nowSeconds, retry, secret } = this.#settings;
    const url = this.#url;
    if (url === undefined || this.#stop.signal.aborted) return Promise.resolve(false);
    const payload = JSON.stringify(event, null, 2);
    const secure = url.startsWith('https:');
    const options = {
      method: 'POST',
      agent: secure ? this.#agents.https : this.#agents.http,
      headers: {
        'content-type': 'application/json; charset=utf-8',
        'content-length': Buffer.byteLength(payload),
        'stripe-signature': signatureHeader(payload, secret, nowSeconds()),
        'user-agent': 'Stripe/1.0 (+https://stripe.com/docs/webhooks)',
      },
      signal: AbortSignal.any([this.#stop.signal, AbortSignal.timeout(retry.timeoutMs)]),
    };
    return new Promise((resolve) => {
      const answered = (response: http.IncomingMessage) => {
        response.resume();
        response.once('close', () => resolve(false));
        response.once('end', () => resolve(Math.floor((response.statusCode ?? 0) / 100) === 2));
        response.on('error', () => resolve(false));
      };
      const request = secure ? https.request(url, options, answered) : http.request(url, options, answered);
      request.on('error', () => resolve(false));
      request.end(payload);
    });
  }
}
