import type { Clock } from '../kit/clock.ts';
import { systemIds } from '../kit/ids.ts';
import type { Attempt, Policy } from './limiter.ts';
import { type AttemptEntry, LocalAttempts } from './local-attempts.ts';
import type { SharedAttempts } from './redis-attempts.ts';

/** Tells the attempts of this process from those of others. */
const PROCESS = systemIds.secret();
let sequence = 0;

/** Attempts of one class: a sliding window, counted in this process and in Redis, of which the worse count decides. */
export class AttemptLog {
  readonly #policy: Policy;
  readonly #clock: Clock;
  readonly #local: LocalAttempts;
  readonly #shared: SharedAttempts | undefined;

  constructor(options: { policy: Policy; clock: Clock; shared: SharedAttempts | undefined }) {
    this.#policy = options.policy;
    this.#clock = options.clock;
    this.#shared = options.shared;
    this.#local = new LocalAttempts({ windowMs: options.policy.windowSeconds * 1000 });
  }

  /** Lets one more through unless there are as many as the quota, less `kept`, in the window that ends now. */
  async attempt(key: string, kept: number): Promise<Attempt> {
    const ceiling = Math.max(1, this.#policy.quota - kept);
    sequence += 1;
    const entry: AttemptEntry = { id: `${PROCESS}.${sequence}`, at: this.#now(), settled: false };
    // Counted here before anybody is asked, so that parallel attempts see one another if Redis does not answer.
    this.#local.add(key, entry);
    const waitMs = (await this.#askRedis(key, entry, ceiling)) ?? this.#waitHere(key, entry, ceiling);
    if (waitMs > 0) {
      this.#local.remove(key, entry.id);
      return { allowed: false, retryAfterSeconds: Math.ceil(waitMs / 1000) };
    }
    entry.settled = true;
    return { allowed: true, forgive: () => this.#forgive(key, entry.id) };
  }

  async clear(key: string): Promise<void> {
    this.#local.clear(key);
    await this.#shared?.clear(key, this.#now());
  }

  async #forgive(key: string, id: string): Promise<void> {
    this.#local.remove(key, id);
    await this.#shared?.remove(key, id);
  }

  #now(): number {
    return this.#clock.now().getTime();
  }

  /** How long to wait by the count of all processes, 0 for not at all; undefined when Redis does not say. */
  async #askRedis(key: string, entry: AttemptEntry, ceiling: number): Promise<number | undefined> {
    const own = this.#local.of(key, entry.at).filter(({ settled }) => settled);
    const verdict = await this.#shared?.take(key, { entry, own, ceiling });
    if (verdict === undefined) return undefined;
    if (verdict.clearedAt > 0) this.#local.clear(key, verdict.clearedAt);
    return verdict.allowed ? 0 : Math.max(1, verdict.waitMs);
  }

  /** The same by the count of this process. */
  #waitHere(key: string, entry: AttemptEntry, ceiling: number): number {
    const entries = this.#local.of(key, entry.at);
    const before = entries.findIndex(({ id }) => id === entry.id);
    const oldest = entries[before - ceiling];
    if (oldest === undefined) return 0;
    return Math.max(1, oldest.at + this.#policy.windowSeconds * 1000 - entry.at);
  }
}
