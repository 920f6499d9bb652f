import type { DeliveryOutcome, Journal, LedgerEntry, SeenRequest, StoredAnswer } from './journal.ts';
import type {
  Charge,
  Customer,
  Kind,
  PaymentIntent,
  Refund,
  StoredKinds,
  StoredObject,
  StripeEvent,
} from './objects.ts';

/** Read access to all that the simulator knows: the oracle of a test. */
export interface StripeLedger {
  paymentIntents(): PaymentIntent[];
  charges(): Charge[];
  refunds(): Refund[];
  customers(): Customer[];
  /** Oldest first. */
  events(): StripeEvent[];
  /** Every request under `/v1`, oldest first. */
  requests(): readonly SeenRequest[];
  /** How the delivery of an event ended; undefined while it is pending or was never wanted. */
  deliveryOf(eventId: string): DeliveryOutcome | undefined;
  /** Any stored object by kind and id. */
  find<K extends Kind>(kind: K, id: string): StoredKinds[K] | undefined;
}

type Tables = { [K in Kind]: Map<string, StoredKinds[K]> };

const KEY_LIFETIME_SECONDS = 24 * 60 * 60;

/** The simulator's store: maps in memory, rebuilt from and appended to a journal. */
export class Ledger implements StripeLedger {
  readonly #tables: Tables = {
    payment_intent: new Map(),
    charge: new Map(),
    refund: new Map(),
    customer: new Map(),
    payment_method: new Map(),
    balance_transaction: new Map(),
    event: new Map(),
  };
  readonly #answers = new Map<string, StoredAnswer>();
  readonly #requests: SeenRequest[] = [];
  readonly #deliveries = new Map<string, DeliveryOutcome>();
  readonly #journal: Journal;

  constructor(journal: Journal) {
    this.#journal = journal;
    for (const entry of journal.entries) this.#apply(entry);
  }

  #apply(entry: LedgerEntry): void {
    for (const object of entry.puts ?? []) {
      (this.#tables[object.object] as Map<string, StoredObject>).set(object.id, object);
    }
    if (entry.answer) this.#answers.set(entry.answer.key, entry.answer);
    if (entry.request) this.#requests.push(entry.request);
    if (entry.delivery) this.#deliveries.set(entry.delivery.event, entry.delivery.outcome);
  }

  /** Makes an entry durable, then visible. */
  commit(entry: LedgerEntry): void {
    this.#journal.append(entry);
    this.#apply(entry);
  }

  find<K extends Kind>(kind: K, id: string): StoredKinds[K] | undefined {
    return this.#tables[kind].get(id);
  }

  /** All objects of a kind, oldest first. */
  all<K extends Kind>(kind: K): StoredKinds[K][] {
    return [...this.#tables[kind].values()];
  }

  paymentIntents(): PaymentIntent[] {
    return this.all('payment_intent');
  }

  charges(): Charge[] {
    return this.all('charge');
  }

  refunds(): Refund[] {
    return this.all('refund');
  }

  customers(): Customer[] {
    return this.all('customer');
  }

  events(): StripeEvent[] {
    return this.all('event').map((event) => this.currentEvent(event));
  }

  /** The event with the number of deliveries still open. */
  currentEvent(event: StripeEvent): StripeEvent {
    return this.#deliveries.has(event.id) ? { ...event, pending_webhooks: 0 } : event;
  }

  requests(): readonly SeenRequest[] {
    return this.#requests;
  }

  deliveryOf(eventId: string): DeliveryOutcome | undefined {
    return this.#deliveries.get(eventId);
  }

  /** The stored answer for an idempotency key, for 24 hours. */
  answer(key: string, now: number): StoredAnswer | undefined {
    const found = this.#answers.get(key);
    return found !== undefined && now - found.createdAt < KEY_LIFETIME_SECONDS ? found : undefined;
  }

  /** Events whose delivery was wanted and has not ended. */
  undelivered(): StripeEvent[] {
    return this.all('event').filter((event) => event.pending_webhooks > 0 && !this.#deliveries.has(event.id));
  }

  close(): void {
    this.#journal.close();
  }
}
