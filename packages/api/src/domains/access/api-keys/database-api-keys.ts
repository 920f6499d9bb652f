import { apiKeys, type Db } from '@cartwright/db';
import { type Actor, permissionsOfRoles } from '../../../kit/actor.ts';
import { BoundedMap } from '../../../kit/bounded-map.ts';
import { type Clock, secondsBefore } from '../../../kit/clock.ts';
import { sha256Hex } from '../../../kit/ids.ts';
import type { Logger } from '../../../kit/logger.ts';
import type { ApiKeys } from './api-keys.ts';
import { isKeyText } from './key-text.ts';

const RECHECK_MS = 5_000;
const NOTE_USE_SECONDS = 60;
const MAX_REMEMBERED = 10_000;

/** What the database said of a key; nothing of it when it is worth nothing. */
interface Check {
  checkedAt: number;
  found: Promise<Found | undefined>;
}

interface Found {
  actor: Extract<Actor, { kind: 'apiKey' }>;
  expiresAt: number;
}

/** Keys of table `api_keys`. One that is used again within five seconds costs a look into memory. */
export function createApiKeys({ db, clock, log }: { db: Db; clock: Clock; log: Logger }): ApiKeys {
  // By the hash of the whole key. Guesses have a map of their own, so that they push nothing out that is in use.
  const known = new BoundedMap<Check>(MAX_REMEMBERED);
  const unknown = new BoundedMap<Check>(MAX_REMEMBERED);
  const hashes = new BoundedMap<string>(MAX_REMEMBERED);

  async function askDatabase(secretHash: string): Promise<Found | undefined> {
    const now = clock.now();
    const row = await apiKeys.findLiveApiKey(db, { secretHash, now });
    if (row === undefined) return undefined;
    noteUse(row, now);
    hashes.set(row.id, secretHash);
    const held = permissionsOfRoles(row.makerRoles);
    const permissions = held.filter((permission) => row.permissions.includes(permission));
    const actor = { kind: 'apiKey', keyId: row.id, userId: row.userId, permissions } as const;
    return { actor, expiresAt: row.expiresAt.getTime() };
  }

  /** Not waited for: a key works where its use cannot be noted. */
  function noteUse({ id, lastUsedAt }: apiKeys.ApiKeyRow, now: Date): void {
    const notedBefore = secondsBefore(now, NOTE_USE_SECONDS);
    if (lastUsedAt !== null && lastUsedAt > notedBefore) return;
    apiKeys.saveApiKeyUse(db, { id, now, notedBefore }).catch((error: unknown) => {
      log.warn({ keyId: id, error: String(error) }, 'the use of an API key could not be noted');
    });
  }

  function isFresh(check: Check | undefined): check is Check {
    const age = check === undefined ? Number.NaN : clock.now().getTime() - check.checkedAt;
    return age >= 0 && age < RECHECK_MS;
  }

  /** One question a key in five seconds, however many requests wait for its answer. */
  function check(secretHash: string): Check {
    const asked: Check = { checkedAt: clock.now().getTime(), found: askDatabase(secretHash) };
    known.set(secretHash, asked);
    const isLast = () => known.get(secretHash) === asked;
    asked.found.then(
      (found) => {
        if (found !== undefined || !isLast()) return;
        known.delete(secretHash);
        unknown.set(secretHash, asked);
      },
      () => {
        if (isLast()) known.delete(secretHash);
      },
    );
    return asked;
  }

  return {
    isKey: isKeyText,
    async verify(key, admit) {
      const secretHash = sha256Hex(key);
      const refused = unknown.get(secretHash);
      if (isFresh(refused)) return undefined;
      let last = known.get(secretHash);
      if (last === undefined) await admit();
      // Somebody else may have asked while we were being admitted.
      last = known.get(secretHash);
      const { found } = isFresh(last) ? last : check(secretHash);
      const { actor, expiresAt } = (await found) ?? {};
      return expiresAt !== undefined && expiresAt > clock.now().getTime() ? actor : undefined;
    },
    forget(keyId) {
      const secretHash = hashes.get(keyId);
      if (secretHash !== undefined) known.delete(secretHash);
    },
  };
}
