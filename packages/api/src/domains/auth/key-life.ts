/** When a key began and when it was retired. */
export interface KeyLife {
  createdAt: Date;
  retiredAt: Date | null;
}

/** A new key is published this long before it signs, so that every process knows it when its first token comes. */
export const ACTIVATION_MS = 10_000;
/** Tokens of a retired key are valid until they expire. */
export const RETIRED_KEY_LIFE_MS = 10 * 60_000;

/**
 * The keys that may sign, the first that can be used to be taken: the newest that everybody knows, then, where all are
 * that new, the one that was known first. `keys` are those not revoked, newest first.
 */
export function signersAmong<Key extends KeyLife>(keys: readonly Key[], now: Date): Key[] {
  const signing = keys.filter(({ retiredAt }) => retiredAt === null || retiredAt > now);
  const isKnown = ({ createdAt }: Key) => now.getTime() - createdAt.getTime() >= ACTIVATION_MS;
  return [...signing.filter(isKnown), ...signing.filter((key) => !isKnown(key)).reverse()];
}
