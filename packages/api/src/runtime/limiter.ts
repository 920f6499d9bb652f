/** Classes of requests, each with its own allowance per caller's address in the configuration. */
export type LimitClass = 'read' | 'cart' | 'auth' | 'admin';

/** What is counted one by one and can be given back: guesses at a secret, and mails that anybody can cause. */
export type AttemptClass = 'login' | 'second_factor' | 'one_time_token' | 'mail';

/** How many of something one key may do in a window. */
export interface Policy {
  quota: number;
  windowSeconds: number;
}

/** What is left of an allowance. */
export interface Allowance {
  allowed: boolean;
  policy: Policy;
  remaining: number;
  /** Seconds until all of it is there again, at least 1. */
  renewedInSeconds: number;
}

export type Attempt =
  /** `forgive` gives this one back, e.g. after a login that turned out to be right; no other, and no more than once. */
  { allowed: true; forgive(): Promise<void> } | { allowed: false; retryAfterSeconds: number };

/** Counts requests and attempts. It never fails open for attempts: what Redis forgets, the process remembers. */
export interface Limiter {
  /** Takes one from the allowance of `key`; undefined where the class is switched off. Windows are fixed. */
  take(limit: LimitClass, key: string): Promise<Allowance | undefined>;
  /**
   * Counts an attempt of `key` unless the quota is used up: in no stretch of time as long as the window are more
   * than the quota let through. `kept` of the quota are not for this caller.
   */
  attempt(limit: AttemptClass, key: string, kept?: number): Promise<Attempt>;
  /** Forgets all attempts of `key`, in every process. */
  clear(limit: AttemptClass, key: string): Promise<void>;
  close(): Promise<void>;
}
