/** When a fault strikes: a probability from 0 to 1, or a script whose nth value decides the nth occasion. */
export type FaultSwitch = number | readonly boolean[];

/** A number of milliseconds, or a range to draw from. */
export type Milliseconds = number | readonly [min: number, max: number];

/** The faults of a run. Request faults strike only POSTs, the first that applies in the order given here. */
export interface FaultPlan {
  /** Nothing is done and nothing is answered. */
  readonly timeoutBefore?: FaultSwitch;
  /** A 500 before anything is done; the idempotency key stays free. */
  readonly error500Before?: FaultSwitch;
  /** The work is done and stored, the answer never comes. */
  readonly timeoutAfter?: FaultSwitch;
  /** The work is done, and the 500 is what the idempotency key replays from then on. */
  readonly error500After?: FaultSwitch;
  /** The events of a request are delivered before it is answered. */
  readonly webhookBeforeAnswer?: FaultSwitch;
  /** An event is never delivered. */
  readonly webhookLost?: FaultSwitch;
  /** An event is delivered twice. */
  readonly webhookDuplicate?: FaultSwitch;
  /** An event waits until another one was delivered, or for `webhookReorderMs` when none comes. */
  readonly webhookReorder?: FaultSwitch;
  /** An event waits for `webhookDelayMs`. */
  readonly webhookDelay?: FaultSwitch;
  /** Default 0 to 1000. */
  readonly webhookDelayMs?: Milliseconds;
  /** Default 300. */
  readonly webhookReorderMs?: number;
  /** Time between accepting a request and doing its work, in which its key is in use. Default 0. */
  readonly latencyMs?: Milliseconds;
  /** Time after which an unanswered connection is cut. Default: when the client gives up. */
  readonly hangMs?: number;
}

const KNOWN: Readonly<Record<keyof FaultPlan, 'switch' | 'milliseconds'>> = {
  timeoutBefore: 'switch',
  error500Before: 'switch',
  timeoutAfter: 'switch',
  error500After: 'switch',
  webhookBeforeAnswer: 'switch',
  webhookLost: 'switch',
  webhookDuplicate: 'switch',
  webhookReorder: 'switch',
  webhookDelay: 'switch',
  webhookDelayMs: 'milliseconds',
  webhookReorderMs: 'milliseconds',
  latencyMs: 'milliseconds',
  hangMs: 'milliseconds',
};

/** Checks a plan that came from outside; a misspelt fault would otherwise just never strike. */
export function isFaultPlan(value: unknown): value is FaultPlan {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(([name, setting]: [string, unknown]) => {
    if (!Object.hasOwn(KNOWN, name)) return false;
    if (typeof setting === 'number') return setting >= 0;
    const wanted = KNOWN[name as keyof FaultPlan] === 'switch' ? 'boolean' : 'number';
    return Array.isArray(setting) && setting.every((member) => typeof member === wanted);
  });
}

/** The faults that have a switch. */
export type FaultName = {
  [K in keyof FaultPlan]-?: FaultSwitch extends Exclude<FaultPlan[K], undefined> ? K : never;
}[keyof FaultPlan];

function hash(text: string): number {
  let state = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) {
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193);
  }
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b);
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35);
  return (state ^ (state >>> 16)) >>> 0;
}

const REQUEST_FAULTS = ['timeoutBefore', 'error500Before', 'timeoutAfter', 'error500After'] as const;

/** A fault that decides how a request ends. */
export type RequestFault = (typeof REQUEST_FAULTS)[number];

/** Decides by plan and seed. The nth decision on a fault does not depend on any other fault. */
export class Faults {
  readonly plan: FaultPlan;
  readonly #seed: number;
  readonly #occasions = new Map<string, number>();

  constructor(plan: FaultPlan, seed: number) {
    this.plan = plan;
    this.#seed = seed;
  }

  #next(name: string): { occasion: number; uniform: number } {
    const occasion = this.#occasions.get(name) ?? 0;
    this.#occasions.set(name, occasion + 1);
    return { occasion, uniform: hash(`${this.#seed}:${name}:${occasion}`) / 2 ** 32 };
  }

  /** True when the fault strikes on this occasion. */
  strikes(name: FaultName): boolean {
    const { occasion, uniform } = this.#next(name);
    const setting = this.plan[name] ?? 0;
    return typeof setting === 'number' ? uniform < setting : (setting[occasion] ?? false);
  }

  /** The fault of the next request, if any. */
  ofRequest(): RequestFault | undefined {
    const struck = REQUEST_FAULTS.filter((name) => this.strikes(name));
    return struck[0];
  }

  /** A length of time from a range. */
  milliseconds(name: 'webhookDelayMs' | 'latencyMs', fallback: Milliseconds): number {
    const setting = this.plan[name] ?? fallback;
    if (typeof setting === 'number') return setting;
    return Math.round(setting[0] + this.#next(name).uniform * (setting[1] - setting[0]));
  }
}
