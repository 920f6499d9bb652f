import type { Db } from '@cartwright/db';
import { decodeProtectedHeader, errors as joseErrors, jwtVerify, SignJWT } from 'jose';
import { type Actor, permissionsOfRoles, userIdOf } from '../../kit/actor.ts';
import { BoundedMap } from '../../kit/bounded-map.ts';
import { type Clock, instantOfSeconds } from '../../kit/clock.ts';
import { type Ids, sha256Hex } from '../../kit/ids.ts';
import type { AccessTokens } from './access-tokens.ts';
import { luciaSessionStore } from './lucia-session-store.ts';
import type { Session, SessionOwner } from './session-store.ts';
import { SigningKeySet } from './signing-key-set.ts';

const LIFE_SECONDS = 300;
const AUDIENCE = 'cartwright-api';
const TYPE = 'access';
const ALGORITHM = 'ES256';
/** Ours are about 500 characters; a longer one is not worth looking at. */
const MAX_LENGTH = 2_048;
const RECHECK_MS = 5_000;
const MAX_REMEMBERED = 10_000;

/** A token whose signature and claims were found right; they cannot turn wrong before `expiresAt`. */
interface VerifiedToken {
  kid: string;
  userId: string;
  sessionId: string;
  authenticatedAt: Date;
  expiresAt: number;
}

/** What the database said of a session; no actor when it has ended or its owner is disabled. */
interface SessionCheck {
  /** Whose session the token says it is. */
  userId: string;
  checkedAt: number;
  actor: Promise<Actor | undefined>;
}

/** Access tokens signed with keys of table `signing_keys`. Verifying one again costs a look into memory. */
export function createAccessTokens(options: {
  db: Db;
  clock: Clock;
  ids: Ids;
  authSecret: string;
  issuer: string;
}): AccessTokens {
  const { db, clock, ids, issuer } = options;
  const keySet = new SigningKeySet(options);
  const verified = new BoundedMap<VerifiedToken>(MAX_REMEMBERED);
  const checks = new BoundedMap<SessionCheck>(MAX_REMEMBERED);

  /** Checks signature and claims. The algorithm is ours, the key is ours; nothing of the token chooses either. */
  async function read(token: string): Promise<VerifiedToken | undefined> {
    const kid = kidOf(token);
    const key = kid === undefined ? undefined : await keySet.publicKey(kid);
    if (kid === undefined || key === undefined) return undefined;
    try {
      const { payload } = await jwtVerify(token, key, {
        algorithms: [ALGORITHM],
        issuer,
        audience: AUDIENCE,
        requiredClaims: ['iss', 'aud', 'sub', 'sid', 'typ', 'auth_time', 'iat', 'exp', 'jti'],
        currentDate: clock.now(),
      });
      const { sub, sid, typ, exp, auth_time: provenAt } = payload;
      if (typ !== TYPE || typeof sid !== 'string' || sub === undefined || exp === undefined) return undefined;
      if (typeof provenAt !== 'number') return undefined;
      return {
        kid,
        userId: sub,
        sessionId: sid,
        authenticatedAt: instantOfSeconds(provenAt),
        expiresAt: exp * 1000,
      };
    } catch (error) {
      if (error instanceof joseErrors.JOSEError) return undefined;
      throw error;
    }
  }

  async function askDatabase(sessionId: string): Promise<Actor | undefined> {
    const found = await luciaSessionStore.find(db, { sessionId, now: clock.now() });
    return found?.owner.active ? actorOf(found) : undefined;
  }

  /** One question a session in five seconds, however many requests wait for its answer. */
  function check({ sessionId, userId }: VerifiedToken): Promise<Actor | undefined> {
    const now = clock.now().getTime();
    const last = checks.get(sessionId);
    if (last && now >= last.checkedAt && now - last.checkedAt < RECHECK_MS) return last.actor;
    const asked: SessionCheck = { userId, checkedAt: now, actor: askDatabase(sessionId) };
    checks.set(sessionId, asked);
    asked.actor.catch(() => {
      if (checks.get(sessionId) === asked) checks.delete(sessionId);
    });
    return asked.actor;
  }

  return {
    async sign({ userId, sessionId, authenticatedAt, roles }) {
      const { kid, privateKey } = await keySet.signer();
      const now = clock.now();
      const issuedAt = Math.floor(now.getTime() / 1000);
      const authTime = Math.floor(authenticatedAt.getTime() / 1000);
      const accessToken = await new SignJWT({ sid: sessionId, typ: TYPE, auth_time: authTime, roles: [...roles] })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid })
        .setIssuer(issuer)
        .setAudience(AUDIENCE)
        .setSubject(userId)
        .setIssuedAt(issuedAt)
        .setExpirationTime(issuedAt + LIFE_SECONDS)
        .setJti(ids.uuid(now))
        .sign(privateKey);
      return { accessToken, expiresIn: LIFE_SECONDS };
    },

    async verify(token) {
      if (token.length > MAX_LENGTH) return undefined;
      const id = sha256Hex(token);
      let known = verified.get(id);
      if (known && (known.expiresAt <= clock.now().getTime() || !(await keySet.keys()).publicKeys.has(known.kid))) {
        verified.delete(id);
        return undefined;
      }
      known ??= await read(token);
      if (known === undefined) return undefined;
      verified.set(id, known);
      const actor = await check(known);
      if (actor === undefined || userIdOf(actor) !== known.userId) return undefined;
      return 'authenticatedAt' in actor ? { ...actor, authenticatedAt: known.authenticatedAt } : actor;
    },

    forget: (sessionId) => checks.delete(sessionId),

    forgetUser(userId) {
      for (const [sessionId, checked] of checks) if (checked.userId === userId) checks.delete(sessionId);
    },

    forgetAll() {
      checks.clear();
      keySet.forget();
    },

    makeKey: () => keySet.makeKey(),

    async jwks() {
      await keySet.signer();
      const { publicKeys } = await keySet.keys();
      return { keys: [...publicKeys.values()].map(({ jwk }) => ({ ...jwk })) };
    },
  };
}

function kidOf(token: string): string | undefined {
  try {
    const { alg, kid } = decodeProtectedHeader(token);
    return alg === ALGORITHM ? kid : undefined;
  } catch {
    return undefined;
  }
}

function actorOf({ session, owner }: { session: Session; owner: SessionOwner }): Actor {
  const { id: sessionId, authenticatedAt, impersonatorId } = session;
  const { id: userId, roles } = owner;
  if (impersonatorId !== undefined) return { kind: 'impersonation', userId, staffId: impersonatorId, sessionId };
  if (roles.length === 0) return { kind: 'customer', userId, sessionId, authenticatedAt };
  return { kind: 'staff', userId, sessionId, authenticatedAt, permissions: permissionsOfRoles(roles) };
}
