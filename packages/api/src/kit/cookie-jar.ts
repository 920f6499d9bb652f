/** The cookies of the browser that asks, as far as they are ours. Other programs have none. */
export interface CookieJar {
  /** Whether the caller is known by a cookie; false with an `Authorization` header, which goes first. */
  readonly inUse: boolean;
  /**
   * Throws `csrf_token_invalid` when a page that is not ours made the request, `invalid_input` when its answer can
   * carry no cookies. Reading a cookie that is there, setting and clearing check the same.
   */
  check(): void;
  /** Undefined when there is none, or the caller has said who they are by an `Authorization` header. */
  read(name: CookieName): string | undefined;
  set(name: CookieName, value: string, maxAgeSeconds: number): void;
  clear(name: CookieName): void;
}

export const ACCESS_COOKIE = 'cartwright-access';
export const REFRESH_COOKIE = 'cartwright-refresh';
export type CookieName = typeof ACCESS_COOKIE | typeof REFRESH_COOKIE;
