import { randomText } from './ids.ts';
import type { Ledger } from './ledger.ts';
import type { Kind, StoredKinds, StoredObject, StripeEvent } from './objects.ts';

/** The API version every event is rendered in: that of stripe 23.1.0. */
const API_VERSION = '2026-10-28.endive';

/** What a transaction needs from the simulator. */
export interface Surroundings {
  readonly ledger: Ledger;
  readonly nowSeconds: () => number;
  readonly random: (size: number) => Uint8Array;
  readonly publicUrl: () => string;
  readonly webhooksWanted: () => boolean;
}

/** The request a transaction works for; null ids for the simulator's own steps. */
export interface Cause {
  readonly requestId: string | null;
  readonly idempotencyKey: string | null;
}

/** Changes gathered by one request: they become visible together or not at all. */
export class Transaction {
  readonly now: number;
  readonly events: StripeEvent[] = [];
  /** Objects whose status changes by itself a little later. */
  readonly unsettled: string[] = [];
  readonly #surroundings: Surroundings;
  readonly #cause: Cause;
  readonly #puts = new Map<string, StoredObject>();

  constructor(surroundings: Surroundings, cause: Cause) {
    this.#surroundings = surroundings;
    this.#cause = cause;
    this.now = surroundings.nowSeconds();
  }

  get publicUrl(): string {
    return this.#surroundings.publicUrl();
  }

  get puts(): StoredObject[] {
    return [...this.#puts.values(), ...this.events];
  }

  id(prefix: string): string {
    return `${prefix}_3${this.text(23)}`;
  }

  text(length: number): string {
    return randomText(this.#surroundings.random, length);
  }

  find<K extends Kind>(kind: K, id: string): StoredKinds[K] | undefined {
    const changed = this.#puts.get(id);
    if (changed?.object === kind) return changed as StoredKinds[K];
    return this.#surroundings.ledger.find(kind, id);
  }

  /** All objects of a kind, oldest first, without those of this transaction. */
  all<K extends Kind>(kind: K): StoredKinds[K][] {
    return this.#surroundings.ledger.all(kind);
  }

  /** All events, oldest first, with the number of deliveries still open. */
  currentEvents(): StripeEvent[] {
    return this.#surroundings.ledger.events();
  }

  put<T extends StoredObject>(object: T): T {
    this.#puts.set(object.id, object);
    return object;
  }

  settleLater(id: string): void {
    this.unsettled.push(id);
  }

  emit(type: string, object: StoredObject, previous?: Readonly<Record<string, unknown>>): void {
    this.events.push({
      id: this.id('evt'),
      object: 'event',
      api_version: API_VERSION,
      created: this.now,
      data: previous === undefined ? { object } : { object, previous_attributes: previous },
      livemode: false,
      pending_webhooks: this.#surroundings.webhooksWanted() ? 1 : 0,
      request: { id: this.#cause.requestId, idempotency_key: this.#cause.idempotencyKey },
      type,
    });
  }
}
