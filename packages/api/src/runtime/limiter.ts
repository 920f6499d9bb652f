/** Classes of requests, each with its own allowance in the configuration. */
export type LimitClass = 'read' | 'cart' | 'auth' | 'login' | 'admin';

/** Counts requests. It never fails open for logins: without Redis it counts in the process. */
export interface Limiter {
  /** Takes one from the allowance of `key`; answers how long to wait when it is used up. */
  take(limit: LimitClass, key: string): Promise<{ allowed: true } | { allowed: false; retryAfterSeconds: number }>;
  /** Gives back one that was taken, e.g. for a login that turned out to be right. Never above the allowance. */
  forgive(limit: LimitClass, key: string): Promise<void>;
  close(): Promise<void>;
}
