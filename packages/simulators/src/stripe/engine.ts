import { finishProcessing } from './attempts.ts';
import { ApiError } from './errors.ts';
import type { LedgerEntry } from './journal.ts';
import type { StripeEvent } from './objects.ts';
import { finishRefund, isUnsettled } from './refunds.ts';
import { type Cause, type Surroundings, Transaction } from './transaction.ts';
import type { WebhookDispatcher } from './webhooks.ts';

/** How a unit of work ended: with an object, or with a refusal. */
export type Outcome = { readonly ok: true; readonly value: object } | { readonly ok: false; readonly error: ApiError };

/** A finished unit of work and the events it still has to send. */
export interface Performed {
  readonly outcome: Outcome;
  readonly events: readonly StripeEvent[];
}

/** A unit of work. */
export interface Work {
  readonly cause: Cause;
  readonly run: (tx: Transaction) => object;
  /** What else becomes durable with it. */
  readonly record?: (outcome: Outcome) => LedgerEntry;
}

const OWN_STEP: Cause = { requestId: null, idempotencyKey: null };

/** Runs units of work one after another and settles later what does not settle at once. */
export class Engine {
  readonly #surroundings: Surroundings;
  readonly #webhooks: WebhookDispatcher;
  readonly #settleMs: number;
  readonly #timers = new Map<string, NodeJS.Timeout>();
  readonly #waiting: (() => void)[] = [];

  constructor(surroundings: Surroundings, webhooks: WebhookDispatcher, settleMs: number) {
    this.#surroundings = surroundings;
    this.#webhooks = webhooks;
    this.#settleMs = settleMs;
  }

  /** Runs and commits. A refusal leaves nothing behind, except a decline, which is itself a fact. */
  perform(work: Work): Performed {
    const tx = new Transaction(this.#surroundings, work.cause);
    const outcome = this.#run(tx, work);
    const kept = outcome.ok || outcome.error.body.type === 'card_error';
    const puts = kept ? tx.puts : [];
    this.#surroundings.ledger.commit({ ...(puts.length > 0 ? { puts } : {}), ...work.record?.(outcome) });
    if (!kept) return { outcome, events: [] };
    this.#webhooks.enqueue(tx.events);
    for (const id of tx.unsettled) this.#settleLater(id);
    return { outcome, events: tx.events };
  }

  #run(tx: Transaction, work: Work): Outcome {
    try {
      return { ok: true, value: work.run(tx) };
    } catch (error) {
      if (error instanceof ApiError) return { ok: false, error };
      throw error;
    }
  }

  /** A unit of work of the simulator's own, such as an answer on a page; its events go out at once. */
  step(run: (tx: Transaction) => object): Outcome {
    const { outcome, events } = this.perform({ cause: OWN_STEP, run });
    void this.#webhooks.release(events);
    return outcome;
  }

  /** Takes up what a previous process left: deliveries and changes of status. */
  resume(): void {
    const { ledger } = this.#surroundings;
    if (this.#webhooks.wanted) {
      const left = ledger.undelivered().filter((event) => !this.#webhooks.isPending(event));
      this.#webhooks.enqueue(left);
      void this.#webhooks.release(left);
    }
    for (const intent of ledger.all('payment_intent')) {
      if (intent.status === 'processing') this.#settleLater(intent.id);
    }
    for (const refund of ledger.all('refund')) {
      if (isUnsettled(ledger, refund)) this.#settleLater(refund.id);
    }
  }

  #settleLater(id: string): void {
    if (this.#timers.has(id)) return;
    const timer = setTimeout(() => {
      this.#timers.delete(id);
      this.step((tx) => settle(tx, id));
      if (this.#timers.size === 0) for (const resolve of this.#waiting.splice(0)) resolve();
    }, this.#settleMs);
    this.#timers.set(id, timer);
  }

  /** Resolves when nothing is left to settle. */
  settled(): Promise<void> {
    if (this.#timers.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.#waiting.push(resolve));
  }

  close(): void {
    for (const timer of this.#timers.values()) clearTimeout(timer);
    this.#timers.clear();
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

function settle(tx: Transaction, id: string): object {
  const refund = tx.find('refund', id);
  if (refund !== undefined) finishRefund(tx, refund);
  const intent = tx.find('payment_intent', id);
  if (intent !== undefined) finishProcessing(tx, intent);
  return {};
}
