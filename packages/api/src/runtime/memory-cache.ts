import type { Cache } from './cache.ts';

/** A cache in this process, for a store without Redis. */
export function createMemoryCache(options: { now: () => number; maxEntries?: number }): Cache {
  const entries = new Map<string, { value: string; expiresAt: number }>();
  const maxEntries = options.maxEntries ?? 10_000;
  return {
    async get(key) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      if (entry.expiresAt > options.now()) return entry.value;
      entries.delete(key);
      return undefined;
    },
    async set(key, value, ttlSeconds) {
      entries.delete(key);
      entries.set(key, { value, expiresAt: options.now() + ttlSeconds * 1000 });
      const oldest = entries.keys().next();
      if (entries.size > maxEntries && !oldest.done) entries.delete(oldest.value);
    },
    async delete(key) {
      entries.delete(key);
    },
    async close() {
      entries.clear();
    },
  };
}
